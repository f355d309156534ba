using Brig.Engine.Stacks.Yaml;

namespace Brig.Engine.Stacks.Reading;

/// <summary>Where a reader is in the model, and where it tells what is wrong.</summary>
internal sealed class ReadingContext(Findings findings)
{
    private readonly List<string> _path = [];

    public Findings Findings { get; } = findings;

    /// <summary>As <c>services.web.ports[0]</c>.</summary>
    public string Path => string.Concat(_path.Select((part, i) => i == 0 || part.StartsWith('[') ? part : "." + part));

    public void Error(YamlNode at, string sentence) => Findings.Error(at, _path.Count == 0 ? sentence : $"{Path}: {sentence}");
    public void Warning(YamlNode at, string sentence) => Findings.Warning(at, _path.Count == 0 ? sentence : $"{Path}: {sentence}");

    public T In<T>(string part, Func<T> read)
    {
        _path.Add(part);
        try
        {
            return read();
        }
        finally
        {
            _path.RemoveAt(_path.Count - 1);
        }
    }
}
