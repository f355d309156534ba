namespace Brig.Engine.Logs.Search;

public static class LevelWords
{
    public static string Of(LineLevel level) => level switch
    {
        LineLevel.Trace => "trace", LineLevel.Debug => "debug", LineLevel.Info => "info", LineLevel.Warn => "warn", LineLevel.Error => "error", LineLevel.Fatal => "fatal",
        _ => "unknown",
    };

    /// <exception cref="EngineException">Invalid.</exception>
    public static LineLevel Parse(string word) => Array.Find(Enum.GetValues<LineLevel>(), level => Of(level) == word) is var found && Of(found) == word
        ? found
        : throw EngineException.Invalid($"\"{word}\" is no level; there are unknown, trace, debug, info, warn, error and fatal.");
}
