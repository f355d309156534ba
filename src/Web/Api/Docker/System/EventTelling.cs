using System.Collections.Immutable;
using Brig.Engine;
using Brig.Engine.Containers;
using Brig.Engine.Events;
using Brig.Engine.Images;

namespace Brig.Web.Api.Docker;

/// <summary>What happened, in Docker's words: one event of Brig's is none, one or several of Docker's.</summary>
internal sealed class EventTelling(IContainers containers, IImages images, ApiVersion version)
{
    public IEnumerable<DockerEvent> Tell(EngineEvent e) => e.Action == "prune" ? [Pruned(e)] : e.Kind switch
    {
        "container" => OfContainer(e),
        "exec" => OfExec(e),
        "image" => OfImage(e),
        "network" => OfNetwork(e),
        "volume" => OfVolume(e),
        _ => [],
    };

    private IEnumerable<DockerEvent> OfContainer(EngineEvent e)
    {
        var who = Who(e, e.Subject);
        DockerEvent One(string action, params ReadOnlySpan<(string, string)> attributes) => Container(e, who, action, attributes);
        string? Attribute(string key) => e.Attributes.GetValueOrDefault(key);
        switch (e.Action)
        {
            case "create" or "stop" or "pause" or "oom" or "update" or "attach" or "export" or "top":
                yield return One(e.Action);
                break;
            case "start" or "restart":   // the latter is a policy's, of which Docker tells the start alone
                foreach (var (network, name) in Joins(who))
                {
                    yield return OfNetwork(e, network, name, "connect", who.Id);
                }
                foreach (var (volume, target, writes) in Mounts(who))
                {
                    yield return Stamped(e, new()
                    {
                        Type = "volume", Action = "mount",
                        Actor = new(volume, new() { ["container"] = who.Id, ["destination"] = target, ["driver"] = "local", ["propagation"] = "", ["read/write"] = writes ? "true" : "false" }),
                    });
                }
                yield return One("start");
                if (Attribute("verb") == "restart")
                {
                    yield return One("restart");
                }
                break;
            case "die":
                if (Attribute("asked") is { } signal)
                {
                    yield return One("kill", ("signal", signal));
                }
                yield return One("die", ("exitCode", Attribute("exitCode") ?? "0"));
                foreach (var (network, name) in Joins(who))
                {
                    yield return OfNetwork(e, network, name, "disconnect", who.Id);
                }
                foreach (var (volume, _, _) in Mounts(who))
                {
                    yield return Stamped(e, new() { Type = "volume", Action = "unmount", Actor = new(volume, new() { ["container"] = who.Id, ["driver"] = "local" }) });
                }
                break;
            case "kill":
                yield return One("kill", ("signal", Attribute("number") ?? Attribute("signal") ?? ""));
                break;
            case "resize":
                yield return One("resize", ("height", Attribute("height") ?? ""), ("width", Attribute("width") ?? ""));
                break;
            case "commit":
                yield return One("commit", ("comment", Attribute("comment") ?? ""), ("imageID", Attribute("imageId") ?? ""), ("imageRef", Attribute("reference") ?? ""));
                break;
            case "resume":
                yield return One("unpause");
                break;
            case "remove":
                yield return One("destroy");
                break;
            case "rename":
                yield return One("rename", ("oldName", "/" + Attribute("from")));
                break;
            case "health_status":
                yield return One("health_status: " + Attribute("status"));
                break;
            case "copy-in":
                yield return One("extract-to-dir", ("path", Attribute("path") ?? ""));
                break;
            case "copy-out":
                yield return One("archive-path", ("path", Attribute("path") ?? ""));
                break;
            default:
                break;
        }
    }

    private IEnumerable<DockerEvent> OfExec(EngineEvent e)
    {
        var who = Who(e, e.Attributes.GetValueOrDefault("container", ""));
        string command = e.Attributes.GetValueOrDefault("command", "");
        switch (e.Action)
        {
            case "create":
                yield return Container(e, who, $"exec_create: {command}", ("execID", e.Subject));
                break;
            case "start":
                yield return Container(e, who, $"exec_start: {command}", ("execID", e.Subject));
                break;
            case "die":
                yield return Container(e, who, "exec_die", ("execID", e.Subject), ("exitCode", e.Attributes.GetValueOrDefault("exitCode", "0")));
                break;
            default:
                break;
        }
    }

    /// <summary>Names come and go by tag and untag, whatever else happened.</summary>
    private IEnumerable<DockerEvent> OfImage(EngineEvent e)
    {
        string[] actions = e.Action switch
        {
            "pull" or "push" or "load" or "save" or "tag" or "untag" => [e.Action],
            "import" => IsNamed(e) ? ["tag", "import"] : ["import"],
            "build" => [.. version.IsBefore(1, 46) ? [] : (string[])["create"], .. IsNamed(e) ? (string[])["tag"] : []],
            "commit" => IsNamed(e) ? ["tag"] : [],
            "remove" => IsNamed(e) ? ["untag", "delete"] : ["delete"],
            _ => [],
        };
        return actions.Select(action => OfImage(e, action));
    }

    private static bool IsNamed(EngineEvent e) => !e.Name.StartsWith(DockerImage.IdPrefix, StringComparison.Ordinal);

    private DockerEvent OfImage(EngineEvent e, string action)
    {
        var image = e.Actor is null ? Image(e.Subject) : null;
        string id = e.Actor?.Id ?? (image?.ConfigDigest is { Length: > 0 } config ? config : e.Attributes.GetValueOrDefault("id", e.Subject));
        string name = action is "untag" or "delete" or "create" ? id : e.Name;
        bool isRemote = action is "pull" or "push";
        var labels = action == "delete" ? null : e.Actor?.Labels ?? image?.Config.Labels;   // Docker looks for them when it is gone
        return Stamped(e, new()
        {
            Status = action, Id = isRemote ? e.Name : id, Type = "image", Action = action,
            Actor = new(isRemote ? e.Name : id, new(labels ?? ImmutableDictionary<string, string>.Empty, StringComparer.Ordinal) { ["name"] = isRemote ? WithoutTag(name) : name }),
        });
    }

    private static IEnumerable<DockerEvent> OfNetwork(EngineEvent e)
    {
        if (e.Action switch { "create" or "connect" or "disconnect" => e.Action, "remove" => "destroy", _ => null } is { } action)
        {
            yield return OfNetwork(e, e.Subject, e.Name, action, e.Attributes.GetValueOrDefault("containerId"));
        }
    }

    private static DockerEvent OfNetwork(EngineEvent e, string id, string name, string action, string? container)
    {
        var attributes = new Dictionary<string, string> { ["name"] = NetworkNames.ToDocker(name), ["type"] = "bridge" };
        if (container is not null)
        {
            attributes["container"] = container;
        }
        return Stamped(e, new() { Type = "network", Action = action, Actor = new(id, attributes) });
    }

    private static IEnumerable<DockerEvent> OfVolume(EngineEvent e)
    {
        if (e.Action is "create" or "remove" or "clone" or "import")
        {
            yield return Stamped(e, new() { Type = "volume", Action = e.Action == "remove" ? "destroy" : "create", Actor = new(e.Name, new() { ["driver"] = "local" }) });
        }
    }

    private static ImmutableArray<(string Id, string Name)> Joins(EventActor who) => who.Joins.IsDefault ? [] : who.Joins;

    private static ImmutableArray<(string Volume, string Target, bool Writes)> Mounts(EventActor who) => who.Mounts.IsDefault ? [] : who.Mounts;

    private DockerEvent Container(EngineEvent e, EventActor who, string action, params ReadOnlySpan<(string Key, string Value)> attributes)
    {
        var all = new Dictionary<string, string>(Image(who.ImageDigest)?.Config.Labels ?? ImmutableDictionary<string, string>.Empty, StringComparer.Ordinal);
        foreach (var (key, value) in who.Labels)
        {
            all[key] = value;
        }
        (all["image"], all["name"]) = (who.Image, who.Name);
        foreach (var (key, value) in attributes)
        {
            all[key] = value;
        }
        return Stamped(e, new() { Status = action, Id = who.Id, From = who.Image, Type = "container", Action = action, Actor = new(who.Id, all) });
    }

    private static DockerEvent Pruned(EngineEvent e) =>
        Stamped(e, new() { Type = e.Kind, Action = "prune", Actor = new("", new() { ["reclaimed"] = e.Attributes.GetValueOrDefault("reclaimed", "0") }) });

    private static DockerEvent Stamped(EngineEvent e, DockerEvent told) => told with { Time = e.At.ToUnixTimeSeconds(), TimeNano = DockerTime.Nanoseconds(e.At) };

    /// <summary>As it was, if this engine saw it happen; else as it is, if it is there.</summary>
    private EventActor Who(EngineEvent e, string id)
    {
        if (e.Actor is { } actor)
        {
            return actor with { Name = e.Name };
        }
        try
        {
            var container = containers.Get(id);
            return new(id, e.Name, container.Spec.Image, container.Spec.Labels, container.ImageDigest);
        }
        catch (EngineException)
        {
            return new(id, e.Name, e.Attributes.GetValueOrDefault("image", ""), ImmutableDictionary<string, string>.Empty, "");
        }
    }

    /// <summary>Null: it has gone since.</summary>
    private Image? Image(string digest)
    {
        try
        {
            return digest.Length == 0 ? null : images.Get(digest);
        }
        catch (EngineException)
        {
            return null;
        }
    }

    private static string WithoutTag(string reference) => reference.LastIndexOf(':') is var colon && colon > reference.LastIndexOf('/') ? reference[..colon] : reference;
}
