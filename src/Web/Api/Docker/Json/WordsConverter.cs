using System.Text.Json;
using System.Text.Json.Serialization;

namespace Brig.Web.Api.Docker;

/// <summary>A list of words, or one word alone, as old clients write it.</summary>
internal sealed class WordsConverter : JsonConverter<string[]>
{
    public override string[] Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.String)
        {
            return [reader.GetString()!];
        }
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            throw new JsonException();
        }
        var words = new List<string>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            words.Add(reader.TokenType switch
            {
                JsonTokenType.String => reader.GetString()!,
                JsonTokenType.Null => "",
                _ => throw new JsonException(),
            });
        }
        return [.. words];
    }

    public override void Write(Utf8JsonWriter writer, string[] value, JsonSerializerOptions options)
    {
        writer.WriteStartArray();
        foreach (string word in value)
        {
            writer.WriteStringValue(word);
        }
        writer.WriteEndArray();
    }
}
