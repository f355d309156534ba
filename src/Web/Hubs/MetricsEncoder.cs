using System.Buffers;
using System.Text.Json;
using Brig.Engine.Metrics;

namespace Brig.Web.Hubs;

/// <summary>A frame as JSON, in parts that viewers' messages are put together from.</summary>
/// <param name="ReadAt">Unix milliseconds.</param>
/// <param name="Machine">Its columns, <c>[…]</c>.</param>
/// <param name="All">Every container, <c>{"id":[…],…}</c>.</param>
/// <param name="Containers">By id, slices of <paramref name="All"/>.</param>
internal sealed record EncodedFrame(long ReadAt, ReadOnlyMemory<byte> Machine, ReadOnlyMemory<byte> All, Dictionary<string, ReadOnlyMemory<byte>> Containers);

/// <summary>Encodes each frame once, whoever asks first; the others get the same bytes.</summary>
internal sealed class MetricsEncoder
{
    private readonly Lock _gate = new();
    private (MetricsFrame Frame, EncodedFrame Encoded)? _newest;

    public EncodedFrame Encode(MetricsFrame frame)
    {
        lock (_gate)
        {
            if (_newest is { } known && ReferenceEquals(known.Frame, frame))
                return known.Encoded;
            var encoded = EncodeNow(frame);
            if (_newest is null || frame.At >= _newest.Value.Frame.At) // a new viewer's history does not push it out
                _newest = (frame, encoded);
            return encoded;
        }
    }

    private static EncodedFrame EncodeNow(MetricsFrame frame)
    {
        var bytes = new ArrayBufferWriter<byte>(512 + 1024 * frame.Containers.Length);
        using var to = new Utf8JsonWriter(bytes, new JsonWriterOptions { SkipValidation = true });
        MetricsColumns.Write(to, frame.Machine);
        int machine = Flush();
        to.Reset(bytes);
        var slices = new List<(string Id, int Start, int End)>(frame.Containers.Length);
        to.WriteStartObject();
        foreach (var sample in frame.Containers)
        {
            to.WritePropertyName(sample.Id.Value);
            int start = Flush();
            MetricsColumns.Write(to, sample);
            slices.Add((sample.Id.Value, start, Flush()));
        }
        to.WriteEndObject();
        Flush();
        var all = bytes.WrittenMemory;
        var containers = new Dictionary<string, ReadOnlyMemory<byte>>(slices.Count);
        foreach (var (id, start, end) in slices)
            containers[id] = all[start..end];
        return new(frame.At.ToUnixTimeMilliseconds(), all[..machine], all[machine..], containers);

        int Flush()
        {
            to.Flush();
            return bytes.WrittenCount;
        }
    }
}
