using System.Text.Json;
using System.Text.Json.Serialization;

namespace Brig.Web.Hubs;

/// <summary>
/// One tick for one viewer: <c>{ t, s, d?, m: […], c: { id: […] } }</c>. The numbers were encoded once for all viewers; this is which of them go where.
/// </summary>
/// <param name="Ids">Of the containers that are wanted; null: all.</param>
/// <param name="SentAt">Unix milliseconds.</param>
/// <param name="Missed">Ticks since the one before that this viewer was too slow for.</param>
[JsonConverter(typeof(MetricsPushConverter))]
internal readonly record struct MetricsPush(EncodedFrame Frame, string[]? Ids, long SentAt, long Missed = 0);

internal sealed class MetricsPushConverter : JsonConverter<MetricsPush>
{
    private static readonly JsonEncodedText T = JsonEncodedText.Encode("t"), S = JsonEncodedText.Encode("s"), D = JsonEncodedText.Encode("d"), M = JsonEncodedText.Encode("m"), C = JsonEncodedText.Encode("c");

    public override void Write(Utf8JsonWriter to, MetricsPush push, JsonSerializerOptions options)
    {
        to.WriteStartObject();
        to.WriteNumber(T, push.Frame.ReadAt);
        to.WriteNumber(S, push.SentAt);
        if (push.Missed > 0)
            to.WriteNumber(D, push.Missed);
        to.WritePropertyName(M);
        to.WriteRawValue(push.Frame.Machine.Span, skipInputValidation: true);
        to.WritePropertyName(C);
        if (push.Ids is null)
        {
            to.WriteRawValue(push.Frame.All.Span, skipInputValidation: true);
        }
        else
        {
            to.WriteStartObject();
            foreach (string id in push.Ids)
            {
                if (push.Frame.Containers.TryGetValue(id, out var cells))
                {
                    to.WritePropertyName(id);
                    to.WriteRawValue(cells.Span, skipInputValidation: true);
                }
            }
            to.WriteEndObject();
        }
        to.WriteEndObject();
    }

    public override MetricsPush Read(ref Utf8JsonReader from, Type type, JsonSerializerOptions options) => throw new NotSupportedException("Metrics are only sent.");
}
