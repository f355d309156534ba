using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Brig.Engine.Containers;

namespace Brig.Web.Api;

/// <summary>
/// How the API speaks JSON: camelCase, words for enums, seconds for durations, ids as texts, no members that are null.
/// It listens strictly: an unknown member or a missing one is an error that names it.
/// </summary>
internal static class ApiJson
{
    public static readonly JsonSerializerOptions Options = Made();

    private static JsonSerializerOptions Made()
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web);
        Configure(options);
        options.MakeReadOnly();
        return options;
    }

    public static void Configure(JsonSerializerOptions options)
    {
        options.PropertyNameCaseInsensitive = false;
        options.NumberHandling = JsonNumberHandling.Strict;
        options.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
        options.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
        options.RespectNullableAnnotations = true;
        options.Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping; // never put into HTML: the type is application/json, and nosniff is set
        options.Converters.Add(new EnumConverter<ContainerStatus>());
        options.Converters.Add(new EnumConverter<MountKind>());
        options.Converters.Add(new EnumConverter<RestartMode>());
        options.Converters.Add(new EnumConverter<BirthActor>());
        options.Converters.Add(new SecondsConverter());
        options.Converters.Add(new FiniteConverter());
        options.Converters.Add(new ContainerIdConverter());
        options.Converters.Add(new NamespaceSpecConverter());
        options.TypeInfoResolverChain.Clear();
        options.TypeInfoResolverChain.Add(new RequestTypes());
        options.TypeInfoResolverChain.Add(ApiJsonContext.Default);
    }
}
