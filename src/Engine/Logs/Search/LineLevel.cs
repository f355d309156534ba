namespace Brig.Engine.Logs.Search;

/// <summary>How grave a line is, as far as one can tell from its text.</summary>
public enum LineLevel : byte { Unknown, Trace, Debug, Info, Warn, Error, Fatal }
