import { apply } from "./theme";

// Loaded by a plain <script> in <head>: the theme is right before anything is painted.
apply();
