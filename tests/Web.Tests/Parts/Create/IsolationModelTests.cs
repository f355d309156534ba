using Brig.Engine.Containers;
using Brig.Engine.Isolation;
using Brig.Web.Components.Parts;
using Brig.Web.Components.Parts.Create;

namespace Brig.Web.Tests.Parts.Create;

public sealed class IsolationModelTests
{
    [Fact]
    public void Over_Everything_IsInTheSpecAndInBothCommands()
    {
        var model = new CreateModel { Image = "x" };
        var walls = model.Isolation;
        (walls.NoNewPrivileges, walls.OpenSystemPaths, walls.Seccomp, walls.SeccompProfile) = (false, true, SeccompChoice.Custom, "{}");
        (walls.Devices, walls.Sysctls, walls.Rlimits) = ("/dev/fuse\n/dev/kvm:/dev/k:rw", "net.core.somaxconn = 9\nkernel.sem=1 2 3", "nofile=1:2\ncore=unlimited");
        (walls.MaskedPaths, walls.ReadOnlyPaths, walls.OomScore, walls.AppArmor) = ("/a\n/b", "/c", " 500", "mine");

        var spec = model.ToSpec();

        Assert.True(model.IsRight);
        Assert.Equal([new("/dev/fuse"), new("/dev/kvm", "/dev/k", "rw")], spec.Devices.ToArray());
        Assert.Equal([new("nofile", 1, 2), new("core", ulong.MaxValue, ulong.MaxValue)], spec.Rlimits.ToArray());
        Assert.Equal(("9", "1 2 3"), (spec.Sysctls["net.core.somaxconn"], spec.Sysctls["kernel.sem"]));
        Assert.Equal(
            "docker run -d --security-opt systempaths=unconfined --security-opt apparmor=mine --security-opt seccomp=PROFILE.json --device /dev/fuse:/dev/fuse:rwm --device /dev/kvm:/dev/k:rw"
            + " --sysctl 'kernel.sem=1 2 3' --sysctl net.core.somaxconn=9 --ulimit nofile=1:2 --ulimit core=-1:-1 --oom-score-adj 500 x",
            Equivalent.Docker(spec));
        Assert.Equal(
            """{"image":"x","noNewPrivileges":false,"systemPaths":"unconfined","maskedPaths":["/a","/b"],"readOnlyPaths":["/c"],"devices":[{"hostPath":"/dev/fuse"},{"hostPath":"/dev/kvm","path":"/dev/k","permissions":"rw"}],"seccomp":{"mode":"custom","profile":"{}"},"appArmor":"mine","oomScoreAdj":500,"sysctls":{"kernel.sem":"1 2 3","net.core.somaxconn":"9"},"rlimits":[{"name":"nofile","soft":1,"hard":2},{"name":"core","soft":18446744073709551615,"hard":18446744073709551615}]}""",
            Equivalent.Json(spec).ToJsonString());
    }

    [Theory]
    [InlineData("Devices", "fuse")]
    [InlineData("Devices", "/dev/fuse:rr")]
    [InlineData("Devices", "/dev/fuse:x")]
    [InlineData("Sysctls", "net.core.somaxconn")]
    [InlineData("Rlimits", "nofile")]
    [InlineData("Rlimits", "nofile=many")]
    [InlineData("Rlimits", "nofile=1:2:3")]
    [InlineData("OomScore", "1001")]
    [InlineData("OomScore", "high")]
    [InlineData("MaskedPaths", "etc")]
    [InlineData("ReadOnlyPaths", "/a\netc")]
    [InlineData("SeccompProfile", "no json")]
    public void Wrong_Field_SaysSo(string field, string text)
    {
        var model = new IsolationModel { Seccomp = SeccompChoice.Custom, SeccompProfile = "{}" };
        typeof(IsolationModel).GetProperty(field)!.SetValue(model, text);

        Assert.NotNull(model.Wrong(field));
        Assert.False(model.IsRight);
    }

    [Theory]
    [InlineData("", "", "NET_ADMIN", true, "NET_ADMIN", "")]
    [InlineData("", "", "MKNOD", false, "", "MKNOD")]
    [InlineData("", "mknod", "MKNOD", true, "", "")]
    [InlineData("cap_net_admin", "", "NET_ADMIN", false, "", "")]
    [InlineData("", "ALL", "KILL", true, "KILL", "ALL")]
    [InlineData("KILL", "ALL", "KILL", false, "", "ALL")]
    [InlineData("ALL", "", "SYS_BOOT", false, "ALL", "SYS_BOOT")]
    public void Capabilities_OneSet_ChangesAsLittleAsItCan(string add, string drop, string name, bool on, string addAfter, string dropAfter)
    {
        var choice = new CapabilityChoice { Add = add, Drop = drop };
        choice.Set(name, on);

        Assert.Equal(on, choice.Has(name));
        Assert.Equal((addAfter, dropAfter), (choice.Add, choice.Drop));
    }

    [Fact]
    public void Capabilities_Untouched_AreTheUsualThirteen() => Assert.Equal(13, CapabilitySet.All.Count(new CapabilityChoice().Has));

    [Fact]
    public void Capabilities_UnknownName_IsNamed() => Assert.Equal("FOO", new CapabilityChoice { Add = "NET_ADMIN, foo" }.Unknown);

    [Fact]
    public void Presets_BackAndForth_WhatWasTypedStays()
    {
        var model = new CreateModel { Image = "x", Mounts = "/srv:/srv" };
        Assert.Equal(Preset.Default, Presets.Of(model));

        Presets.Apply(model, Preset.Hardened);
        var hardened = model.ToSpec();
        Assert.Equal(Preset.Hardened, Presets.Of(model));
        Assert.Equal(("65534:65534", true, true), (hardened.User, hardened.ReadOnlyRoot, hardened.NoNewPrivileges));
        Assert.Equal(["ALL"], hardened.CapDrop.ToArray());
        Assert.Equal(["/srv", "/tmp"], hardened.Mounts.Select(mount => mount.Target));

        Presets.Apply(model, Preset.Privileged);
        Assert.Equal(Preset.Privileged, Presets.Of(model));
        Assert.Equal((true, null, false), (model.ToSpec().Privileged, model.ToSpec().User, model.ToSpec().ReadOnlyRoot));

        Presets.Apply(model, Preset.Default);
        Assert.Equal("""{"image":"x","mounts":[{"kind":"bind","source":"/srv","target":"/srv"}]}""", Equivalent.Json(model.ToSpec()).ToJsonString());

        model.Isolation.NoNewPrivileges = false;
        Assert.Null(Presets.Of(model));
    }
}
