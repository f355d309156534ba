using System.Text.Json;
using System.Text.Json.Serialization;
using Brig.Engine.Containers;

namespace Brig.Web.Api;

/// <summary><c>new</c>, <c>host</c>, <c>container:NAME</c>, or <c>auto</c>.</summary>
internal sealed class NamespaceSpecConverter : JsonConverter<NamespaceSpec>
{
    private const string OfContainer = "container:";

    public override NamespaceSpec Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        (reader.TokenType == JsonTokenType.String ? reader.GetString() : null) switch
        {
            "new" => NamespaceSpec.New,
            "host" => NamespaceSpec.Host,
            "auto" => NamespaceSpec.Auto,
            { } text when text.StartsWith(OfContainer, StringComparison.Ordinal) && text.Length > OfContainer.Length => NamespaceSpec.OfContainer(text[OfContainer.Length..]),
            _ => throw new ApiJsonException("must be \"new\", \"host\", \"container:NAME\" or, of the user namespace, \"auto\"."),
        };

    public override void Write(Utf8JsonWriter writer, NamespaceSpec value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}
