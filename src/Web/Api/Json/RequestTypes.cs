using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Brig.Engine.Alerts;
using Brig.Engine.Containers;
using Brig.Engine.Health;
using Brig.Engine.Images;
using Brig.Engine.Images.Registry;
using Brig.Engine.Networks;
using Brig.Engine.Stacks;
using Brig.Engine.Volumes;

namespace Brig.Web.Api;

/// <summary>
/// The records clients send are read by reflection: the source generator gives an absent <c>init</c> member the type's default and not the
/// record's own, so that an absent list would be an array that throws when it is looked at. Everything else is generated.
/// </summary>
internal sealed class RequestTypes : DefaultJsonTypeInfoResolver
{
    private static readonly FrozenSet<Type> Known = FrozenSet.ToFrozenSet(
    [
        typeof(ContainerSpec), typeof(Namespaces), typeof(MountSpec), typeof(DeviceSpec), typeof(SeccompSpec), typeof(RlimitSpec), typeof(RestartPolicy),
        typeof(Limits), typeof(IoRate), typeof(ExecSpec), typeof(ImageConfig), typeof(ImageHealthcheck), typeof(RegistryChange), typeof(HealthSpec), typeof(SandboxSpec), typeof(Brig.Engine.Pods.PodSpec),
        typeof(NetworkSpec), typeof(SubnetSpec), typeof(NetworkAttachment), typeof(PortSpec), typeof(ConnectRequest), typeof(ProbeRequest),
        typeof(VolumeSpec),
        typeof(AlertSpec), typeof(AlertScope), typeof(MetricCondition), typeof(EventCondition), typeof(LogCondition), typeof(TargetRequest), typeof(WebhookTarget), typeof(MailTarget), typeof(SilenceSpec),
        typeof(StackRequest), typeof(StackDraft), typeof(ApplyOptions), typeof(PlanRequest),
    ]);

    public RequestTypes() => Modifiers.Add(RequireWhatHasNoDefault);

    public override JsonTypeInfo GetTypeInfo(Type type, JsonSerializerOptions options) => Known.Contains(type) ? base.GetTypeInfo(type, options) : null!;

    /// <summary>A constructor's parameter that is neither nullable nor has a default must be there.</summary>
    private static void RequireWhatHasNoDefault(JsonTypeInfo type)
    {
        foreach (var property in type.Properties)
        {
            if (property.AssociatedParameter is { HasDefaultValue: false, IsNullable: false, IsMemberInitializer: false })
            {
                property.IsRequired = true;
            }
        }
    }
}
