using Microsoft.Win32.SafeHandles;

namespace Brig.Engine.Logs;

/// <summary>One numbered file, held open: it can be read to its end also after it was rotated away.</summary>
internal sealed class LogSegment(int number, SafeFileHandle handle) : IDisposable
{
    public int Number { get; } = number;

    /// <summary>Bytes when last looked at.</summary>
    public long Length { get; private set; }

    public static LogSegment? TryOpen(string path, int number)
    {
        try
        {
            return File.Exists(path) ? new LogSegment(number, File.OpenHandle(path, share: FileShare.ReadWrite | FileShare.Delete)) : null;
        }
        catch (IOException) when (!File.Exists(path))
        {
            return null; // rotated away between the two
        }
    }

    public void Refresh() => Length = RandomAccess.GetLength(handle);

    public int Read(Span<byte> to, long offset) => RandomAccess.Read(handle, to, offset);

    public void Dispose() => handle.Dispose();
}
