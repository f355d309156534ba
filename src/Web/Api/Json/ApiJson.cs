using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Brig.Engine.Alerts;
using Brig.Engine.Containers;
using Brig.Engine.Containers.Files;
using Brig.Engine.Health;
using Brig.Engine.Images.Contents;
using Brig.Engine.Stacks;
using Brig.Engine.Tasks;
using Brig.Engine.Volumes;
using Brig.Engine.Isolation;
using Brig.Engine.Networks;

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
        options.Converters.Add(new EnumConverter<MountPropagation>());
        options.Converters.Add(new EnumConverter<SystemPaths>());
        options.Converters.Add(new EnumConverter<SeccompChoice>());
        options.Converters.Add(new EnumConverter<ContainerFileKind>());
        options.Converters.Add(new EnumConverter<RestartMode>());
        options.Converters.Add(new EnumConverter<BirthActor>());
        options.Converters.Add(new EnumConverter<EngineTaskState>());
        options.Converters.Add(new EnumConverter<TaskStepState>());
        options.Converters.Add(new EnumConverter<ImageEntryKind>());
        options.Converters.Add(new EnumConverter<FileChangeKind>());
        options.Converters.Add(new EnumConverter<VolumeKind>());
        options.Converters.Add(new EnumConverter<VolumeFileKind>());
        options.Converters.Add(new EnumConverter<WallState>());
        options.Converters.Add(new EnumConverter<WallStrength>());
        options.Converters.Add(new EnumConverter<SeccompMode>());
        options.Converters.Add(new EnumConverter<RecordingState>());
        options.Converters.Add(new EnumConverter<SpanEnd>());
        options.Converters.Add(new EnumConverter<NetworkDriver>());
        options.Converters.Add(new EnumConverter<PortProtocol>());
        options.Converters.Add(new EnumConverter<HealthStatus>());
        options.Converters.Add(new EnumConverter<UnhealthyAction>());
        options.Converters.Add(new EnumConverter<Brig.Engine.Pods.PodStatus>());
        options.Converters.Add(new EnumConverter<FindingSeverity>());
        options.Converters.Add(new EnumConverter<PlanAction>());
        options.Converters.Add(new EnumConverter<PlanSubject>());
        options.Converters.Add(new EnumConverter<RevisionState>());
        options.Converters.Add(new EnumConverter<Brig.Engine.Stacks.Compose.DependencyCondition>());
        options.Converters.Add(new EnumConverter<Brig.Engine.PostMortems.EndKind>());
        options.Converters.Add(new EnumConverter<Brig.Engine.PostMortems.EndedBy>());
        options.Converters.Add(new EnumConverter<OutputStream>());
        options.Converters.Add(new EnumConverter<AlertSide>());
        options.Converters.Add(new EnumConverter<AlertEvent>());
        options.Converters.Add(new EnumConverter<AlertStage>());
        options.Converters.Add(new EnumConverter<AlertPhase>());
        options.Converters.Add(new EnumConverter<DeliveryState>());
        options.Converters.Add(new EnumConverter<WebhookFormat>());
        options.Converters.Add(new SecondsConverter());
        options.Converters.Add(new FiniteConverter());
        options.Converters.Add(new ContainerIdConverter());
        options.Converters.Add(new NamespaceSpecConverter());
        options.TypeInfoResolverChain.Clear();
        options.TypeInfoResolverChain.Add(new RequestTypes());
        options.TypeInfoResolverChain.Add(ApiJsonContext.Default);
    }
}
