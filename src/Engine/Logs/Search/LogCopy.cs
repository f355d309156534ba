using System.Buffers;
using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Brig.Linux.LogFormat;

namespace Brig.Engine.Logs.Search;

/// <summary>
/// All that a search finds, oldest first, as fast as it is taken: lines of all containers merged by time. Holds one small block of each container that can have the
/// next line, opened when its time has come.
/// </summary>
#pragma warning disable CA1001 // The writer has no stream below it: nothing to dispose.
internal sealed class LogCopy(LogSearch search, ImmutableArray<LogSource> sources, LogFolders folders, LogDownload format, TimeProvider time)
{
    private const int FlushAt = 64 * 1024;
    private const long ClockStep = 60_000_000_000;

    /// <summary>Without a stream below it, so that there is nothing to dispose.</summary>
    private readonly Utf8JsonWriter _json = new(new ArrayBufferWriter<byte>(1), new JsonWriterOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
    private readonly LineMatcher _matcher = new(search);
    private readonly long _from = SearchRun.Nanoseconds(search.From) ?? long.MinValue, _to = SearchRun.Nanoseconds(search.To ?? time.GetUtcNow())!.Value;
    private readonly PriorityQueue<(int Source, SourceReader? Reader), (long Key, int Source)> _queue = new();

    public async Task WriteAsync(Stream to, CancellationToken stop)
    {
        var buffer = new ArrayBufferWriter<byte>(2 * FlushAt);
        try
        {
            for (int source = 0; source < sources.Length; source++)
                if (SearchRun.Nanoseconds(sources[source].RemovedAt) is not { } removed || removed + ClockStep >= _from)
                    _queue.Enqueue((source, null), (SearchRun.Nanoseconds(sources[source].CreatedAt)!.Value - ClockStep, source));
            while (await Task.Run(() => Fill(buffer, stop), stop))
            {
                await to.WriteAsync(buffer.WrittenMemory, stop);
                buffer.ResetWrittenCount();
            }
            await to.FlushAsync(stop);
        }
        finally
        {
            while (_queue.TryDequeue(out var left, out _))
                left.Reader?.Dispose();
        }
    }

    private bool Fill(ArrayBufferWriter<byte> buffer, CancellationToken stop)
    {
        for (int looked = 0; buffer.WrittenCount < FlushAt && _queue.TryDequeue(out var next, out _); looked++)
        {
            if (looked % 1024 == 0)
                stop.ThrowIfCancellationRequested();
            var reader = next.Reader ?? new(folders.Of(sources[next.Source].Id), _from, _to + ClockStep, SearchRun.Nanoseconds(sources[next.Source].RemovedAt ?? time.GetUtcNow())!.Value);
            if (next.Reader is not null)
                Consider(next.Source, reader.Line, buffer);
            if (reader.Next())
                _queue.Enqueue((next.Source, reader), (reader.Key, next.Source));
            else
                reader.Dispose();
        }
        return buffer.WrittenCount > 0;
    }

    private void Consider(int source, in WholeLine line, ArrayBufferWriter<byte> buffer)
    {
        if (line.Nanoseconds < _from || line.Nanoseconds > _to || (search.Output is { } output && line.Stream != (byte)output) || !_matcher.Matches(line.Text, out var level))
            return;
        if (format == LogDownload.Text)
            WriteText(source, line, buffer);
        else
            WriteJson(source, line, level, buffer);
        buffer.Write("\n"u8);
    }

    /// <summary><c>2026-11-21T20:52:22.123456789Z name text</c>, the text's bytes as they are; of one container without its name.</summary>
    private void WriteText(int source, in WholeLine line, ArrayBufferWriter<byte> buffer)
    {
        var head = buffer.GetSpan(CriLine.HeadLength);
        CriLine.WriteTime(head, line.Nanoseconds);
        head[CriLine.TimeLength] = (byte)' ';
        buffer.Advance(CriLine.TimeLength + 1);
        if (sources.Length > 1)
        {
            Encoding.UTF8.GetBytes(sources[source].Name, buffer);
            buffer.Write(" "u8);
        }
        buffer.Write(line.Text);
    }

    private void WriteJson(int source, in WholeLine line, LineLevel level, ArrayBufferWriter<byte> buffer)
    {
        var json = _json;
        json.Reset(buffer);
        Span<byte> at = stackalloc byte[CriLine.HeadLength];
        CriLine.WriteTime(at, line.Nanoseconds);
        json.WriteStartObject();
        json.WriteString("time"u8, at[..CriLine.TimeLength]);
        json.WriteString("id"u8, sources[source].Id.Value);
        json.WriteString("name"u8, sources[source].Name);
        json.WriteString("position"u8, new LogPosition(line.File, line.Offset).ToString());
        json.WriteString("stream"u8, line.Stream == 1 ? "stdout"u8 : "stderr"u8);
        if (level != LineLevel.Unknown)
            json.WriteString("level"u8, LevelWords.Of(level));
        if (Utf8.IsValid(line.Text))
            json.WriteString("text"u8, line.Text);
        else
            json.WriteString("text"u8, LineText.Of(line.Text));
        json.WriteEndObject();
        json.Flush();
    }
}
