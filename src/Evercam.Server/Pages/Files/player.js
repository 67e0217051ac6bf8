// Plays the pictures of a day. It looks into the very pages that the links lead to, and gets the next few pictures while one is seen.
// Without scripts there are the links.
(function () {
  'use strict';

  // So many pictures are fetched before they are due, and no more are held.
  var ahead = 3;
  var quickest = 250;
  // A gap is not waited for.
  var longest = 2000;

  var picture = document.getElementById('picture');
  var when = document.getElementById('when');
  var words = document.getElementById('player-words');
  var button = document.getElementById('play');
  var slider = document.getElementById('slider');
  var speed = document.getElementById('speed');
  var jump = document.getElementById('jump');
  var links = { previous: document.getElementById('previous'), next: document.getElementById('next') };
  var path = location.pathname;
  var shown = read(document);
  var shownAt = performance.now();
  var going = false;
  var stepping = false;
  // What was begun before the last wish counts no more.
  var turn = 0;

  ['play', 'slider', 'pace', 'player-keys'].forEach(function (id) {
    document.getElementById(id).hidden = false;
  });
  button.addEventListener('click', toggle);
  speed.addEventListener('change', function () {
    if (going) {
      play();
    }
  });
  slider.addEventListener('change', function () {
    go(path + '?at=' + slider.value);
  });
  jump.form.addEventListener('submit', function (event) {
    event.preventDefault();
    go(path + '?time=' + encodeURIComponent(jump.value));
  });
  Object.keys(links).forEach(function (name) {
    links[name].addEventListener('click', function (event) {
      event.preventDefault();
      step(name);
    });
  });
  document.addEventListener('visibilitychange', function () {
    if (document.hidden && going) {
      pause('');
    }
  });
  document.addEventListener('keydown', function (event) {
    if (event.ctrlKey || event.altKey || event.metaKey || event.target.closest('input, select')) {
      return;
    }
    if (event.key === ' ' && !event.target.closest('button')) {
      event.preventDefault();
      toggle();
    } else if (event.key === 'ArrowLeft' || event.key === 'ArrowRight') {
      event.preventDefault();
      step(event.key === 'ArrowLeft' ? 'previous' : 'next');
    }
  });

  function read(page) {
    return {
      second: Number(page.getElementById('player').dataset.second),
      when: page.getElementById('when').innerHTML,
      time: page.getElementById('jump').value,
      previous: page.getElementById('previous').getAttribute('href'),
      next: page.getElementById('next').getAttribute('href'),
      source: page.getElementById('picture').getAttribute('src')
    };
  }

  function load(url) {
    return fetch(url).then(function (answer) {
      return answer.text();
    }).then(function (text) {
      var frame = read(new DOMParser().parseFromString(text, 'text/html'));
      frame.image = new Image(16, 9);
      frame.image.id = picture.id;
      frame.image.alt = picture.alt;
      frame.image.src = frame.source;
      // One that does not come is shown as such, and the rest goes on.
      return frame.image.decode().catch(function () {}).then(function () {
        return frame;
      });
    });
  }

  function show(frame) {
    picture.replaceWith(frame.image);
    picture = frame.image;
    when.setAttribute('aria-live', going ? 'off' : 'polite');
    when.innerHTML = frame.when;
    slider.value = frame.second;
    jump.value = frame.time;
    Object.keys(links).forEach(function (name) {
      if (frame[name]) {
        links[name].setAttribute('href', frame[name]);
      } else {
        links[name].removeAttribute('href');
      }
    });
    shown = frame;
    shownAt = performance.now();
    if (!going) {
      history.replaceState(null, '', path + '?at=' + frame.second);
    }
  }

  function step(name) {
    if (stepping || !shown[name]) {
      return;
    }
    stepping = true;
    go(shown[name]).then(function () {
      stepping = false;
    });
  }

  function go(url) {
    pause('');
    var mine = turn;
    return load(url).then(function (frame) {
      if (mine === turn) {
        show(frame);
      }
    }).catch(function () {
      pause('That picture did not come. Please try again.');
    });
  }

  function toggle() {
    if (going) {
      pause('');
    } else {
      play();
    }
  }

  function pause(why) {
    going = false;
    turn++;
    words.textContent = why;
    button.textContent = 'Play';
  }

  function play() {
    pause('');
    going = true;
    button.textContent = 'Pause';
    var line = [];
    var last = Promise.resolve(shown);
    while (line.length < ahead) {
      last = following(last);
      line.push(last);
    }
    run(turn, line);
  }

  // Faster than pictures can be shown, some are left out.
  function following(before) {
    var stride = Math.max(1, Math.floor(speed.value * quickest / 1000));
    return before.then(function (frame) {
      return load(path + '?from=' + (frame.second + stride));
    });
  }

  function run(mine, line) {
    line[0].then(function (frame) {
      if (mine !== turn) {
        return;
      }
      if (frame.second <= shown.second) {
        pause('That was the last picture of this day.');
        return;
      }
      var pace = (frame.second - shown.second) * 1000 / speed.value;
      var due = shownAt + Math.min(longest, Math.max(quickest, pace));
      setTimeout(function () {
        if (mine === turn) {
          show(frame);
          line.shift();
          line.push(following(line[line.length - 1]));
          run(mine, line);
        }
      }, due - performance.now());
    }).catch(function () {
      if (mine === turn) {
        pause('That picture did not come. Please try again.');
      }
    });
  }
})();
