using System.Collections.Frozen;

namespace Brig.Web.Components.Parts;

/// <summary>Path data of each icon, on a 16 × 16 grid.</summary>
internal static class Icons
{
    private const string Circle = "M14.25 8a6.25 6.25 0 1 1-12.5 0 6.25 6.25 0 0 1 12.5 0Z";

    private static readonly FrozenDictionary<string, string> s_paths = new Dictionary<string, string>
    {
        // Places
        ["overview"] = "M2 12.5a6 6 0 1 1 12 0M8 12.5l2.6-4M2 12.5h1.5M12.5 12.5H14M8 6.5V5",
        ["containers"] = "M8 1.75 14 5v6l-6 3.25L2 11V5l6-3.25ZM2 5l6 3.25L14 5M8 8.25v6",
        ["images"] = "M8 2 14 5 8 8 2 5l6-3ZM2 8l6 3 6-3M2 11l6 3 6-3",
        ["events"] = "M1.75 8.5h3l2-5.5 3 10 2-4.5h2.5",

        // States
        ["running"] = "M5 3.25v9.5L12.75 8 5 3.25Z",
        ["paused"] = "M5.25 3v10M10.75 3v10",
        ["restarting"] = "M13.5 3v3.5H10M13.3 6.5A5.6 5.6 0 1 0 13.5 9",
        ["exited"] = "M3.5 3.5h9v9h-9z",
        ["failed"] = Circle + "M5.75 5.75l4.5 4.5M10.25 5.75l-4.5 4.5",
        ["oom"] = "M8 1.75 14.75 14H1.25L8 1.75ZM8 6.5v3.25M8 11.75v.1",
        ["created"] = "M8 1.75a6.25 6.25 0 0 1 5 2.5M14.2 7.2a6.25 6.25 0 0 1-1.4 4.8M10.5 13.7a6.25 6.25 0 0 1-5 0M3.2 12A6.25 6.25 0 0 1 1.8 7.2M3 4.25A6.25 6.25 0 0 1 5 2.5",
        ["removing"] = "M3 8h10",

        // Verbs
        ["start"] = "M5 3.25v9.5L12.75 8 5 3.25Z",
        ["stop"] = "M3.75 3.75h8.5v8.5h-8.5z",
        ["restart"] = "M13.5 3v3.5H10M13.3 6.5A5.6 5.6 0 1 0 13.5 9",
        ["kill"] = "M9 1.75 3.5 9H8l-1 5.25L12.5 7H8l1-5.25Z",
        ["pause"] = "M5.25 3v10M10.75 3v10",
        ["resume"] = "M3.5 3v10M7 3.5v9L13.5 8 7 3.5Z",
        ["remove"] = "M2.5 4.25h11M6 4V2.5h4V4M4 4.25l.75 9.25h6.5L12 4.25M6.6 7v4M9.4 7v4",
        ["rename"] = "M10.5 2.75l2.75 2.75-7.5 7.5-3.25.5.5-3.25 7.5-7.5ZM9 4.25 11.75 7",

        // Things to press
        ["add"] = "M8 3v10M3 8h10",
        ["search"] = "M11.5 7A4.5 4.5 0 1 1 2.5 7a4.5 4.5 0 0 1 9 0ZM10.4 10.4l3.35 3.35",
        ["theme"] = Circle + "M8 1.75v12.5M8 4.5a3.5 3.5 0 0 1 0 7",
        ["logout"] = "M6.5 2.5h-4v11h4M10 5l3.5 3L10 11M13 8H6",
        ["help"] = Circle + "M6.1 6.3a2 2 0 1 1 2.6 1.9c-.5.2-.7.5-.7 1.1M8 11.2v.1",
        ["copy"] = "M5.5 5.5h8v8h-8zM3.5 10.5h-1v-8h8v1",
        ["done"] = "M3 8.5 6.5 12 13 4.5",
        ["close"] = "M3.75 3.75l8.5 8.5M12.25 3.75l-8.5 8.5",
        ["download"] = "M8 2.5v7.5M4.75 7 8 10.25 11.25 7M2.5 13.5h11",
        ["upload"] = "M8 10.5V3M4.75 6 8 2.75 11.25 6M2.5 13.5h11",
        ["open"] = "M6 3.5 10.5 8 6 12.5",
        ["down"] = "M3.5 6 8 10.5 12.5 6",
        ["prune"] = "M2.5 13.5h11M10.5 2.5l3 3-6.5 6.5H4.5L2.75 10.25l7.75-7.75ZM6 7l3.25 3.25",
        ["undo"] = "M5.5 3 2.5 6l3 3M2.75 6H9.5a3.75 3.75 0 0 1 0 7.5H6",
        ["warning"] = "M8 1.75 14.75 14H1.25L8 1.75ZM8 6.5v3.25M8 11.75v.1",
        ["info"] = Circle + "M8 7.25v4M8 4.75v.1",
        ["shield"] = "M8 1.75 13.25 3.5v4c0 3.25-2.1 5.6-5.25 6.75C4.85 13.1 2.75 10.75 2.75 7.5v-4L8 1.75Z",
        ["terminal"] = "M2.75 4.25 6.5 8l-3.75 3.75M8.25 12h5",
        ["link"] = "M6.75 9.25a2.75 2.75 0 0 0 3.9 0l2.1-2.1a2.75 2.75 0 0 0-3.9-3.9l-.8.8M9.25 6.75a2.75 2.75 0 0 0-3.9 0l-2.1 2.1a2.75 2.75 0 0 0 3.9 3.9l.8-.8",
    }.ToFrozenDictionary();

    public static string Path(string name) => s_paths[name];
}
