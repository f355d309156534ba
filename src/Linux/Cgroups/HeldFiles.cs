using Brig.Linux.Proc;

namespace Brig.Linux.Cgroups;

/// <summary>The files a reader holds, and the one buffer they are read into.</summary>
internal sealed class HeldFiles(int bufferSize) : IDisposable
{
    private readonly List<HeldFile> _files = [];
    private readonly byte[] _buffer = new byte[bufferSize];

    /// <summary>memory.stat has some 2 KB; a table of block I/O 100 bytes a device.</summary>
    public const int CgroupFile = 8192;

    /// <param name="directory">Null: this machine lacks the hierarchy, so the file reads as empty.</param>
    public HeldFile Hold(string? directory, string name)
    {
        HeldFile file = new(directory is null ? "" : $"{directory}/{name}");
        _files.Add(file);
        return file;
    }

    public bool AnyThere()
    {
        foreach (HeldFile file in _files)
        {
            if (file.Gone)
            {
                return false;
            }
        }
        foreach (HeldFile file in _files)
        {
            if (file.Exists)
            {
                return true;
            }
        }
        return false;
    }

    public ReadOnlySpan<byte> Text(HeldFile file) => file.Read(_buffer);

    public long Number(HeldFile file) => TextNumbers.Integer(Text(file));

    public long? Limit(HeldFile file) => TextNumbers.Limit(Text(file));

    public PressureReading Pressure(HeldFile file) => file.Exists ? PressureText.Parse(Text(file)) : default;

    public void Dispose()
    {
        foreach (HeldFile file in _files)
        {
            file.Dispose();
        }
    }
}
