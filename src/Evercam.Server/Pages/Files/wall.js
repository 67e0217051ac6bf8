// Keeps the wall of cameras alive while somebody looks at it: the pictures in sight are renewed, a few at a time, and so are the words
// below all of them. Without scripts it stays as it was when it was opened.
(function () {
  'use strict';

  var atOnce = 4;
  // From one picture of a camera to its next, and where none came.
  var pause = 5000;
  var longPause = 20000;
  var wordsPause = 15000;
  // A kept picture and its time stay together, and are renewed less often: each is one that nobody has asked for before.
  var keptPause = 60000;

  var inSight = new Set();
  var busy = 0;
  var tiles = Array.from(document.querySelectorAll('.tile'), function (tile) {
    return { place: tile, picture: tile.querySelector('.picture img'), due: Date.now() + pause, keptDue: 0 };
  });
  var wordsDue = Date.now() + wordsPause;

  var sight = new IntersectionObserver(function (changes) {
    changes.forEach(function (change) {
      inSight[change.isIntersecting ? 'add' : 'delete'](change.target);
    });
  });
  tiles.forEach(function (tile) {
    sight.observe(tile.place);
  });
  setInterval(look, 500);

  function look() {
    if (document.hidden) {
      return;
    }
    tiles.filter(function (tile) {
      return tile.picture && tile.due <= Date.now() && inSight.has(tile.place);
    }).sort(function (one, other) {
      return one.due - other.due;
    }).slice(0, Math.max(0, atOnce - busy)).forEach(renew);
    if (wordsDue <= Date.now()) {
      wordsDue = Infinity;
      readWords().catch(function () {}).then(function () {
        wordsDue = Date.now() + wordsPause;
      });
    }
  }

  function renew(tile) {
    var next = tile.picture.cloneNode();
    busy++;
    tile.due = Infinity;
    next.loading = 'eager';
    next.onload = next.onerror = function (event) {
      busy--;
      tile.due = Date.now() + (event.type === 'load' ? pause : longPause);
      // One that did not come says so: an old picture would pass for a live one.
      tile.picture.replaceWith(next);
      tile.picture = next;
    };
    next.src = tile.picture.src.split('&_=')[0] + '&_=' + Date.now();
  }

  // The page as it is now knows the states of all cameras, and who is still logged in.
  function readWords() {
    return fetch(location.href).then(function (answer) {
      return answer.text();
    }).then(function (text) {
      var page = new DOMParser().parseFromString(text, 'text/html');
      if (!page.querySelector('.wall')) {
        location.reload();
      }
      var words = new Map(Array.from(page.querySelectorAll('.tile-words'), function (tile) {
        return [nameOf(tile), tile.querySelector('.tile-news')];
      }));
      tiles.forEach(function (tile) {
        var old = tile.place.querySelector('.tile-news');
        var now = words.get(nameOf(tile.place));
        if (now) {
          renewWords(tile, old, now);
        }
      });
    });
  }

  function renewWords(tile, old, now) {
    var shown = old.querySelector('.kept');
    var told = now.querySelector('.kept');
    var stays = shown && told && tile.keptDue > Date.now();
    if (stays) {
      told.replaceWith(shown.cloneNode(true));
    } else {
      // Not for all at once.
      tile.keptDue = Date.now() + keptPause * (0.5 + Math.random());
    }
    if (now.innerHTML !== old.innerHTML) {
      if (stays) {
        now.querySelector('.kept').replaceWith(shown);
      }
      old.replaceWith(now);
    }
  }

  function nameOf(tile) {
    return tile.querySelector('h2 a').getAttribute('href');
  }
})();
