namespace Brig.Engine;

/// <summary>What sort of wrong it is; one place in Web turns this into an HTTP status.</summary>
public enum EngineErrorKind
{
    /// <summary>What was asked for makes no sense: 400.</summary>
    Invalid,
    /// <summary>The thing named does not exist: 404.</summary>
    NotFound,
    /// <summary>It exists, but its state or somebody else's claim forbids this: 409.</summary>
    Conflict,
    /// <summary>It is already so: 304.</summary>
    NotModified,
    /// <summary>Too much of it goes on at once already: 429.</summary>
    Busy,
    /// <summary>The machine cannot do it now (disk full, kernel lacks it): 503.</summary>
    Unavailable,
    /// <summary>The kernel or the shim refused while doing it: 500.</summary>
    Failed,
}

/// <summary>An error a person will read: one sentence that says what was wrong and what to do.</summary>
public sealed class EngineException(EngineErrorKind kind, string message, Exception? inner = null) : Exception(message, inner)
{
    public EngineErrorKind Kind { get; } = kind;

    /// <summary>Where in a file of a stack it is wrong; null: it is about no file.</summary>
    public Stacks.TextPlace? Place { get; init; }

    /// <summary>The registry where a login, or another one, would help; null: it is about none.</summary>
    public string? LoginAt { get; init; }

    public static EngineException Invalid(string message) => new(EngineErrorKind.Invalid, message);
    public static EngineException NotFound(string message) => new(EngineErrorKind.NotFound, message);
    public static EngineException Conflict(string message) => new(EngineErrorKind.Conflict, message);
    public static EngineException NotModified(string message) => new(EngineErrorKind.NotModified, message);
    public static EngineException Unavailable(string message, Exception? inner = null) => new(EngineErrorKind.Unavailable, message, inner);
    public static EngineException Failed(string message, Exception? inner = null) => new(EngineErrorKind.Failed, message, inner);
}
