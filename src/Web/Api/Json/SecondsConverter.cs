using System.Text.Json;
using System.Text.Json.Serialization;

namespace Brig.Web.Api;

/// <summary>Durations as seconds, for example 1.5.</summary>
internal sealed class SecondsConverter : JsonConverter<TimeSpan>
{
    /// <summary>A hundred years: more is a mistake.</summary>
    private const double Most = 100 * 365.25 * 86400;

    public override TimeSpan Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.Number && reader.TryGetDouble(out double seconds) && seconds is >= 0 and <= Most
            ? TimeSpan.FromSeconds(seconds)
            : throw new ApiJsonException("must be a number of seconds, at least 0.");

    public override void Write(Utf8JsonWriter writer, TimeSpan value, JsonSerializerOptions options) => writer.WriteNumberValue(value.TotalSeconds);
}
