namespace Brig.Engine.State;

/// <summary>Small things that must survive a restart, by key; the part before the first <c>/</c> names whose they are. Good once the engine is ready.</summary>
public interface ISettings
{
    /// <summary>All whose key begins so, read from the disk.</summary>
    IReadOnlyDictionary<string, string> SettingsUnder(string prefix);

    /// <summary>Has reached the disk when it returns.</summary>
    Task SetAsync(string key, string value, CancellationToken stop = default);

    /// <summary>A key that is not there is no error.</summary>
    Task RemoveAsync(string key, CancellationToken stop = default);
}
