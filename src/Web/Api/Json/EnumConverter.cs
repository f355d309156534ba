using System.Text.Json;
using System.Text.Json.Serialization;

namespace Brig.Web.Api;

/// <summary>camelCase words for enums; an unknown word is answered with those that are known.</summary>
internal sealed class EnumConverter<T> : JsonConverter<T>
    where T : struct, Enum
{
    private static readonly (T Value, JsonEncodedText Text)[] Words =
        [.. Enum.GetValues<T>().Select(value => (value, JsonEncodedText.Encode(JsonNamingPolicy.CamelCase.ConvertName(value.ToString()))))];

    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.String)
        {
            foreach (var (value, text) in Words)
            {
                if (reader.ValueTextEquals(text.EncodedUtf8Bytes))
                {
                    return value;
                }
            }
        }
        throw new ApiJsonException($"must be one of {string.Join(", ", Words.Select(word => word.Text.Value))}.");
    }

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options)
    {
        foreach (var (known, text) in Words)
        {
            if (EqualityComparer<T>.Default.Equals(known, value))
            {
                writer.WriteStringValue(text);
                return;
            }
        }
        throw new JsonException($"{value} is no {typeof(T).Name}.");
    }
}
