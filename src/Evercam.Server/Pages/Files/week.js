// Makes the hours of a week quick to tick: drag the mouse over them, or walk by arrow keys. Without scripts they are plain ticks.
(function () {
  'use strict';

  var week = document.getElementById('week');
  var days = Array.from(week.querySelectorAll('.week-day'), function (day) {
    return Array.from(day.querySelectorAll('input'));
  });
  var hours = days.flat();
  var first = null;
  var carries = false;
  var dragged = false;

  document.getElementById('week-keys').hidden = false;
  hours.forEach(function (hour, index) {
    hour.tabIndex = index === 0 ? 0 : -1;
  });

  week.addEventListener('pointerdown', function (event) {
    dragged = false;
    // A finger scrolls, and taps.
    if (event.pointerType === 'mouse' && event.button === 0 && hours.includes(event.target)) {
      first = event.target;
      carries = !first.checked;
    }
  });

  week.addEventListener('pointerover', function (event) {
    if (first && event.buttons === 1 && hours.includes(event.target) && (dragged || event.target !== first)) {
      dragged = true;
      first.checked = event.target.checked = carries;
    }
  });

  // Who comes back to where the mouse went down has not clicked there.
  week.addEventListener('click', function (event) {
    if (dragged) {
      event.preventDefault();
    }
  });

  addEventListener('pointerup', function () {
    first = null;
  });

  week.addEventListener('focusin', function (event) {
    if (hours.includes(event.target)) {
      hours.forEach(function (hour) {
        hour.tabIndex = hour === event.target ? 0 : -1;
      });
    }
  });

  week.addEventListener('keydown', function (event) {
    var day = days.findIndex(function (one) {
      return one.includes(event.target);
    });
    var next = day >= 0 && neighbour(day, days[day].indexOf(event.target), event.key);
    if (next) {
      event.preventDefault();
      if (event.shiftKey) {
        next.checked = event.target.checked;
      }
      next.focus();
    }
  });

  // Days are rows, and columns where the page is narrow.
  function neighbour(day, hour, key) {
    var isNarrow = days[0][0].getBoundingClientRect().left === days[0][1].getBoundingClientRect().left;
    var hourly = isNarrow ? ['ArrowUp', 'ArrowDown'] : ['ArrowLeft', 'ArrowRight'];
    var daily = isNarrow ? ['ArrowLeft', 'ArrowRight'] : ['ArrowUp', 'ArrowDown'];
    var row = days[day + step(daily, key)];
    return (hourly.includes(key) || daily.includes(key)) && row && row[hour + step(hourly, key)];
  }

  function step(keys, key) {
    return key === keys[0] ? -1 : key === keys[1] ? 1 : 0;
  }
})();
