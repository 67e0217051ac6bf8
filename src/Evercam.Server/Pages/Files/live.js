// Renews the live picture every two seconds while somebody looks at it. Without scripts there is a link.
(function () {
  'use strict';

  var pause = 2000;
  var picture = document.getElementById('live');
  var words = document.getElementById('live-words');
  var address = picture.src;
  var going = true;

  var button = document.createElement('button');
  button.type = 'button';
  button.className = 'quiet';
  button.textContent = 'Pause';
  button.addEventListener('click', function () {
    going = !going;
    button.textContent = going ? 'Pause' : 'Go on';
    say();
  });
  words.parentNode.querySelector('a').replaceWith(button);
  say();
  wait();

  function say() {
    words.textContent = going ? 'Live: a new picture every two seconds.' : 'The picture stands still.';
  }

  function wait() {
    setTimeout(renew, pause);
  }

  function renew() {
    if (!going || document.hidden) {
      wait();
      return;
    }

    var next = new Image();
    next.id = picture.id;
    next.alt = picture.alt;
    next.onload = function () {
      if (going) {
        picture.replaceWith(next);
        picture = next;
        say();
      }
      wait();
    };
    next.onerror = function () {
      if (going) {
        words.textContent = 'The camera gives no picture just now.';
      }
      wait();
    };
    next.src = address + '?_=' + Date.now();
  }
})();
