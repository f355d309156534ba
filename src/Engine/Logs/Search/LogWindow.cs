using System.Collections.Immutable;
using Brig.Engine.Containers;

namespace Brig.Engine.Logs.Search;

/// <summary>The lines around an address.</summary>
internal static class LogWindow
{
    public const long SmallBytes = 64 * 1024, LargeBytes = 8 * 1024 * 1024;

    private static readonly LogFilter All = new(new());

    /// <summary>Empty when the file is gone. Pieces of a line count as the line.</summary>
    /// <param name="bytes">Of the lines before it, and as much behind: about.</param>
    public static ImmutableArray<LogLine> Read(string folder, LogPosition position, int before, int behind, long bytes)
    {
        using var view = LogView.Around(folder, position.File);
        if (view.Find(position.File)?.Number != position.File || position >= view.End)
            return [];
        var start = before > 0 ? LogTail.Find(view, view.Start, position, before, bytes, All) : position;
        using var cursor = new LogCursor(view, start);
        var time = new LogTime();
        var lines = ImmutableArray.CreateBuilder<LogLine>();
        long read = 0;
        while (behind >= 0 && read < bytes && cursor.TryRead(view.End, out var at, out var block))
        {
            foreach (var entry in new LogEntries(block))
            {
                if (behind < 0 || read >= bytes)
                    break;
                if (!entry.IsValid)
                    continue;
                var line = new LogLine(new(at.File, at.Offset + entry.Offset), time.Parse(entry.Time), (OutputStream)entry.Stream, entry.IsPartial, LineText.Of(entry.Text));
                lines.Add(line);
                if (line.Position >= position)
                    (read, behind) = (read + entry.Bytes.Length, entry.IsPartial ? behind : behind - 1);
            }
        }
        return lines.ToImmutable();
    }
}
