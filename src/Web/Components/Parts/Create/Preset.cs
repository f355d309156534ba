using Brig.Engine.Containers;

namespace Brig.Web.Components.Parts.Create;

public enum Preset { Default, Hardened, Privileged }

/// <summary>Isolation with one click: it sets every wall, and nothing else that was typed is touched.</summary>
public static class Presets
{
    /// <summary>nobody and nogroup of Debian, Alpine and busybox; a number needs no line in the image.</summary>
    public const string NobodyUser = "65534:65534";
    private const string ScratchMount = "tmpfs:/tmp:64m";

    public static void Apply(CreateModel model, Preset preset)
    {
        bool hardened = preset == Preset.Hardened;
        model.Isolation.Reset();
        model.Isolation.Privileged = preset == Preset.Privileged;
        model.Isolation.Capabilities.Drop = hardened ? "ALL" : "";
        model.ReadOnlyRoot = hardened;
        foreach (var (kind, usual) in CreateModel.UsualNamespaces)
        {
            model.Namespaces[kind] = usual;
        }
        if (hardened)
        {
            model.User = model.User.Trim().Length == 0 ? NobodyUser : model.User;
            model.Mounts = MountLines.All(model.Mounts).Any(mount => mount.Target.TrimEnd('/') == "/tmp") ? model.Mounts : (model.Mounts.TrimEnd() + "\n" + ScratchMount).Trim();
        }
        else
        {
            model.User = model.User == NobodyUser ? "" : model.User;
            model.Mounts = string.Join('\n', model.Mounts.Split('\n').Where(line => line.Trim() != ScratchMount));
        }
    }

    /// <summary>Which one the form shows; null when it is one's own mixture.</summary>
    public static Preset? Of(CreateModel model)
    {
        var walls = model.Isolation;
        bool plain = walls.IsPlain && model.Namespaces.All(pair => CreateModel.UsualNamespaces[pair.Key] == pair.Value);
        return plain switch
        {
            true when walls.Privileged => Preset.Privileged,
            true when model.ReadOnlyRoot && walls.Capabilities is { Drop: "ALL", Add: "" } && IsNotRoot(model.User) => Preset.Hardened,
            true when !model.ReadOnlyRoot && walls.Capabilities is { Drop: "", Add: "" } => Preset.Default,
            _ => null,
        };
    }

    private static bool IsNotRoot(string user) => user.Trim().Split(':')[0] is not ("" or "0" or "root");
}
