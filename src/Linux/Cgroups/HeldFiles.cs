using Brig.Linux.Proc;

namespace Brig.Linux.Cgroups;

/// <summary>The files a reader holds. All are read into one buffer of the thread, so a text is good until the next.</summary>
internal sealed class HeldFiles : IDisposable
{
    // memory.stat has some 2 KB, a table of block I/O 100 bytes a device, /proc/stat 80 bytes a processor.
    private const int BufferSize = 64 * 1024;

    [ThreadStatic]
    private static byte[]? t_buffer;

    private readonly List<HeldFile> _files = [];

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

    public static ReadOnlySpan<byte> Text(HeldFile file) => file.Read(t_buffer ??= new byte[BufferSize]);

    /// <summary>Of a file that is read too seldom to be held open; empty when it cannot be read.</summary>
    public static ReadOnlySpan<byte> TextOnce(string path)
    {
        byte[] buffer = t_buffer ??= new byte[BufferSize];
        return buffer.AsSpan(0, Kernfs.ReadOnce(path, buffer));
    }

    public static long Number(HeldFile file) => TextNumbers.Integer(Text(file));

    public static PressureReading Pressure(HeldFile file) => file.Exists ? PressureText.Parse(Text(file)) : default;

    public void Dispose()
    {
        foreach (HeldFile file in _files)
        {
            file.Dispose();
        }
    }
}
