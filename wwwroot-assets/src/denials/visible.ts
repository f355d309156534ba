const hiding = /[\p{Cc}\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu;

/** A name that a container chose, as it may be shown in a line: what would draw over others or turn their direction is a box. */
export const visible = (name: string): string => name.replace(hiding, "\ufffd");
