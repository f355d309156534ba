namespace Brig.Engine.Stacks;

/// <summary>Where something stands in a file of a stack.</summary>
/// <param name="File">As the stack names it, for example <c>compose.yaml</c>.</param>
/// <param name="Line">From 1.</param>
/// <param name="Column">From 1.</param>
public sealed record TextPlace(string File, int Line, int Column)
{
    public override string ToString() => $"{File}:{Line}:{Column}";
}

public enum FindingSeverity
{
    /// <summary>It is named and does nothing here; the rest works as written.</summary>
    Warning,

    /// <summary>Nothing is made while it stands.</summary>
    Error,
}

/// <summary>What is wrong with a Compose file, at its place.</summary>
/// <param name="Message">One sentence.</param>
public sealed record StackFinding(FindingSeverity Severity, string Message, TextPlace Place)
{
    public override string ToString() => $"{Place}: {Message}";
}
