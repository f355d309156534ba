using System.Text.Json;
using System.Text.Json.Serialization;
using Brig.Engine.Containers;

namespace Brig.Web.Api;

internal sealed class ContainerIdConverter : JsonConverter<ContainerId>
{
    public override ContainerId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String ? new(reader.GetString()!) : throw new ApiJsonException("must be a container's id.");

    public override void Write(Utf8JsonWriter writer, ContainerId value, JsonSerializerOptions options) => writer.WriteStringValue(value.Value);
}
