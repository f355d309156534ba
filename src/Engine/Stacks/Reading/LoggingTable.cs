using Brig.Engine.Containers;

namespace Brig.Engine.Stacks.Reading;

/// <summary>How much of a service's output is kept, in the words of Docker's drivers <c>json-file</c> and <c>local</c>, which both mean Brig's own log here.</summary>
internal static class LoggingTable
{
    private static readonly Table<LogSpec> Options = new Table<LogSpec>("loggingOptions", "a log's options", _ => new())
        .Add("max-size", Shapes.OneOf(scalar: Scalars.Text.To((text, node, context) => text == "-1" ? (true, null) : (Scalars.Bytes.TryRead(node, context, out long bytes), (long?)bytes))),
            (log, value) => log with { MaxSize = value is { } bytes ? Math.Max(bytes, LogSpec.LeastSize) : null }, "Bytes of one file of the log, as 10m.")
        .Add("max-file", Scalars.Whole(1, LogSpec.MostFiles), (log, value) => log with { MaxFiles = (int)value }, "How many files are kept; the oldest of more goes.")
        .Unused("compress", "Brig decides itself what it compresses.")
        .Unused("mode", "the program waits for its log.")
        .Unused("max-buffer-size", "the program waits for its log.")
        .Unused("tag", "a line is found by its container's name.")
        .Unused("labels", "a line is found by its container.")
        .Unused("labels-regex", "a line is found by its container.")
        .Unused("env", "a line is found by its container.")
        .Unused("env-regex", "a line is found by its container.");

    /// <summary>Null: as Brig is set to.</summary>
    public static readonly Shape<LogSpec?> Shape = new Table<LogSpec>("logging", "a service's logging", _ => new())
        .Add("driver", Scalars.Word(("json-file", false), ("local", false), ("none", true)), (log, value) => log with { Off = value }, "json-file and local: Brig's own log. none: nothing is kept.")
        .Add("options", Options, (log, value) => log with { MaxSize = value.MaxSize, MaxFiles = value.MaxFiles })
        .To(log => log switch
        {
            { Off: true } => new LogSpec(Off: true),
            { MaxSize: null, MaxFiles: null } => null,
            _ => log,
        });
}
