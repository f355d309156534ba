// On a telephone most places are in a sheet above the menu: choosing one closes it, for the page changes without being loaded anew.
document.addEventListener("click", (e) => {
  if (e.target.closest?.("#places a")) document.getElementById("places").hidePopover();
});
