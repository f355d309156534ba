using System.Collections.Immutable;
using Brig.Engine.Containers;
using Brig.Engine.Stacks.Compose;
using Brig.Engine.Stacks.Yaml;

namespace Brig.Engine.Stacks.Reading;

internal static partial class ServiceTable
{
    private static void Isolation(Table<ServiceDraft> table) => table
        .Of("cap_add", Shapes.ListOf(Scalars.Text), (service, value) => service with { CapAdd = value }, "Capabilities beyond the usual.")
        .Of("cap_drop", Shapes.ListOf(Scalars.Text), (service, value) => service with { CapDrop = value }, "Usual capabilities it does without; ALL for all.")
        .Of("privileged", Scalars.Bool, (service, value) => service with { Privileged = value }, "No walls: only for what is trusted as the machine itself.")
        .Add("security_opt", SecurityOptions, (draft, apply) => draft with { Service = apply(draft.Service) }, "no-new-privileges, seccomp=unconfined, apparmor=PROFILE, systempaths=unconfined.")
        .Of("devices", Shapes.ListOf(Shapes.OneOf(scalar: Scalars.Text.To(Device), map: DeviceTable)), (service, value) => service with { Devices = value }, "Device nodes of the host, as /dev/fuse:/dev/fuse:rwm.")
        .Of("pid", Mode("host"), (service, value) => service with { Pid = value }, "host, service:NAME or container:NAME.")
        .Of("ipc", Mode("host", "private", "shareable"), (service, value) => service with { Ipc = value == "private" ? null : value }, "host, service:NAME or container:NAME.")
        .Of("uts", Mode("host"), (service, value) => service with { Uts = value }, "host.")
        .Of("userns_mode", Mode("host"), (service, value) => service with { Userns = value }, "host: its root is the machine's.")
        .Of("cgroup", Mode("host", "private"), (service, value) => service with { CgroupNamespace = value == "private" ? null : value }, "host or private.")
        .Of("group_add", Shapes.ListOf(Scalars.Text), (service, value) => service with { Groups = value }, "More groups its programs are in, by name or number.")
        .Refuse("cgroup_parent", "Brig puts its containers in a cgroup of its own.")
        .Refuse("device_cgroup_rules", "give the devices themselves.")
        .Refuse("isolation", "that is of Windows.")
        .Refuse("credential_spec", "that is of Windows.");

    private static readonly Table<DeviceSpec> DeviceTable = new Table<DeviceSpec>("device", "a device", _ => new(""))
        .Require("source")
        .Add("source", Scalars.Text, (device, value) => device with { HostPath = value }, "A device node of this machine.")
        .Add("target", Scalars.Text, (device, value) => device with { Path = value }, "Its path inside.")
        .Add("permissions", Scalars.Text, (device, value) => device with { Permissions = value }, "Of r, w and m.");

    private static readonly Shape<Func<ComposeService, ComposeService>> SecurityOptions = Shapes.ListOf(Scalars.Text).To((options, node, context) =>
    {
        var all = options.Select((option, i) => SecurityOption(option, ((YamlList)node).Items[i], context)).ToArray();
        return (all.All(one => one is not null), (Func<ComposeService, ComposeService>)(service => all.Aggregate(service, (made, one) => one?.Invoke(made) ?? made)));
    });

    private static Func<ComposeService, ComposeService>? SecurityOption(string option, YamlNode node, ReadingContext context)
    {
        int at = option.IndexOfAny(['=', ':']);
        string name = at < 0 ? option : option[..at], value = at < 0 ? "" : option[(at + 1)..];
        switch (name, value)
        {
            case ("no-new-privileges", "" or "true"):
                return service => service with { NoNewPrivileges = true };
            case ("no-new-privileges", "false"):
                return service => service with { NoNewPrivileges = false };
            case ("seccomp", "unconfined"):
                return service => service with { Seccomp = new(SeccompChoice.Unconfined) };
            case ("apparmor", { Length: > 0 }):
                return service => service with { AppArmor = value };
            case ("systempaths", "unconfined"):
                return service => service with { SystemPathsUnconfined = true };
            case ("label", _):
                context.Warning(node, "This has no effect here: Brig gives no SELinux labels.");
                return service => service;
            default:
                context.Error(node, $"\"{Text.Short(option)}\" is not supported; there are no-new-privileges, seccomp=unconfined, apparmor=PROFILE and systempaths=unconfined.");
                return null;
        }
    }

    private static Shape<string> Mode(params string[] words) => Scalars.Text.To((mode, node, context) =>
    {
        bool good = words.Contains(mode) || (words.Length is 1 or 3 && (mode.StartsWith("service:", StringComparison.Ordinal) || mode.StartsWith("container:", StringComparison.Ordinal)));
        if (!good)
        {
            context.Error(node, $"\"{Text.Short(mode)}\" is not supported here; there are {string.Join(", ", words)}, service:NAME and container:NAME.");
        }
        return (good, mode);
    });

    private static (bool Good, DeviceSpec Value) Device(string text, YamlNode node, ReadingContext context)
    {
        string[] parts = text.Split(':');
        bool good = parts.Length <= 3 && parts[0].StartsWith('/');
        if (!good)
        {
            context.Error(node, $"\"{Text.Short(text)}\" is no device; write it as /dev/fuse or /dev/fuse:/dev/fuse:rwm.");
            return (false, new(text));
        }
        return (true, parts switch
        {
            [var host] => new(host),
            [var host, var inside] => new(host, inside),
            [var host, var inside, var rights] => new(host, inside, rights),
            _ => new(text),
        });
    }
}
