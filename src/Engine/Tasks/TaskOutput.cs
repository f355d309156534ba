using System.Runtime.CompilerServices;
using System.Text;

namespace Brig.Engine.Tasks;

/// <summary>A task's lines: the newest 10,000 in memory and as a file, so that they outlive the engine. Thread safe.</summary>
internal sealed class TaskOutput(string file, TimeProvider time) : IDisposable
{
    private const int Kept = 10_000;
    private const int LongestLine = 16 * 1024;

    private readonly Lock _gate = new();
    private readonly Queue<TaskLine> _lines = new();
    private TaskCompletionSource _more = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private StreamWriter? _writer;
    private long _next, _written;
    private bool _ended;

    /// <summary>Of a task that ended in an earlier engine.</summary>
    public static TaskOutput Read(string file, TimeProvider time)
    {
        var output = new TaskOutput(file, time) { _ended = true };
        if (File.Exists(file))
        {
            foreach (string line in File.ReadLines(file))
            {
                int blank = line.IndexOf(' ', StringComparison.Ordinal);
                if (blank > 0 && long.TryParse(line.AsSpan(0, blank), out long at))
                {
                    output.Keep(new(output._next, Instant.FromMicroseconds(at), line[(blank + 1)..]));
                }
            }
        }
        return output;
    }

    public void Add(string text)
    {
        if (text.Length > LongestLine)
        {
            text = text[..LongestLine] + "…";
        }
        lock (_gate)
        {
            if (_ended)
            {
                return;
            }
            foreach (string line in text.Split('\n'))
            {
                var told = new TaskLine(_next, time.GetUtcNow(), line.TrimEnd('\r'));
                Keep(told);
                Write(told);
            }
            _more.TrySetResult();
            _more = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    public void End()
    {
        lock (_gate)
        {
            _ended = true;
            _writer?.Dispose();
            _writer = null;
            _more.TrySetResult();
        }
    }

    public async IAsyncEnumerable<TaskLine> ReadAsync(long from, bool follow, [EnumeratorCancellation] CancellationToken stop)
    {
        while (true)
        {
            TaskLine[] lines;
            bool ended;
            Task more;
            lock (_gate)
            {
                lines = [.. _lines.Where(line => line.Number >= from)];
                (ended, more) = (_ended, _more.Task);
            }
            foreach (var line in lines)
            {
                yield return line;
                from = line.Number + 1;
            }
            if (lines.Length == 0 && (ended || !follow))
            {
                yield break;
            }
            if (!ended && follow)
            {
                await more.WaitAsync(stop);
            }
        }
    }

    public void Dispose() => End();

    private void Keep(TaskLine line)
    {
        _lines.Enqueue(line);
        _next = line.Number + 1;
        if (_lines.Count > Kept)
        {
            _lines.Dequeue();
        }
    }

    /// <summary>The file is a convenience: when the disk is full the task goes on without it. It is begun anew when it holds twice what is kept.</summary>
    private void Write(TaskLine line)
    {
        try
        {
            if (_written++ % (2 * Kept) == 0)
            {
                _writer?.Dispose();
                _writer = new(file, append: false, new UTF8Encoding(false)) { AutoFlush = true };
                foreach (var kept in _lines.SkipLast(1))
                {
                    _writer.Write($"{kept.At.ToMicroseconds()} {kept.Text}\n");
                }
            }
            _writer?.Write($"{line.At.ToMicroseconds()} {line.Text}\n");
        }
        catch (IOException)
        {
            _writer = null;
        }
    }
}
