namespace Brig.Engine.Logs;

/// <summary>How lines are written out.</summary>
public enum LogFraming
{
    None,

    /// <summary>Docker's: before each line 8 bytes, the stream and the length (<see cref="LogText"/>).</summary>
    EachLine,

    /// <summary>The same, and lines of one stream that follow each other share a frame.</summary>
    Runs,
}

/// <param name="Timestamps">The time before each line, RFC 3339 with nine digits.</param>
/// <param name="Framing">Tells standard output and error apart.</param>
/// <param name="Details">Docker's place for a driver's attributes, of which ours has none: a space before each line.</param>
public sealed record LogStyle(bool Timestamps = false, LogFraming Framing = LogFraming.None, bool Details = false);
