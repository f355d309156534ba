namespace Brig.Web.Components.Parts;

/// <summary>Something to be said of a line of an editor.</summary>
/// <param name="Line">From 1.</param>
/// <param name="IsError">False: a warning.</param>
public sealed record EditorMark(int Line, bool IsError, string Words);
