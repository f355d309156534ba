namespace Brig.Engine.Health;

/// <summary>How one probe went.</summary>
/// <param name="ExitCode">Null: it could not be started, or was killed at its timeout.</param>
/// <param name="TimedOut">It was killed, with all its processes.</param>
/// <param name="Output">Standard output and errors as they came, the first 4 KiB; the reason, when it could not be started.</param>
/// <param name="Skipped">Bytes of output beyond those.</param>
public sealed record ProbeResult(DateTimeOffset StartedAt, DateTimeOffset EndedAt, int? ExitCode, bool TimedOut, string Output, long Skipped = 0)
{
    public bool Succeeded => ExitCode == 0;
}
