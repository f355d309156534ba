using Brig.Engine.Containers;
using Brig.Web.Components.Parts;

namespace Brig.Web.Tests.Parts;

public sealed class CreateModelTests
{
    [Theory]
    [InlineData("web-1", true)]
    [InlineData("", true)]
    [InlineData("-web", false)]
    [InlineData("a b", false)]
    [InlineData("../etc", false)]
    public void Wrong_Name_TellsWhatIsAllowed(string name, bool right) => Assert.Equal(right, new CreateModel { Name = name }.Wrong("Name") is null);

    [Fact]
    public void ToSpec_WhatWasTyped_IsAllThere()
    {
        var model = new CreateModel { Image = " brig/busybox ", Name = "a", Command = "sh -c 'echo \"x y\"'", Env = "A=1\n\nB=2 3", Restart = RestartMode.OnFailure, Retries = "4", Dns = "1.1.1.1, 9.9.9.9" };
        model.Namespaces["net"] = "container:web";
        model.Limits.Memory = "64";
        model.Isolation.Capabilities.Drop = "all";
        var spec = model.ToSpec();
        Assert.True(model.IsRight);
        Assert.Equal("brig/busybox", spec.Image);
        Assert.Equal(["sh", "-c", "echo \"x y\""], spec.Command.ToArray());
        Assert.Equal(["A=1", "B=2 3"], spec.Env.ToArray());
        Assert.Equal(new RestartPolicy(RestartMode.OnFailure, 4), spec.Restart);
        Assert.Equal(NamespaceSpec.OfContainer("web"), spec.Namespaces.Net);
        Assert.Equal(NamespaceSpec.Auto, spec.Namespaces.User);
        Assert.Equal(64 << 20, spec.Limits.Memory);
        Assert.Equal(["ALL"], spec.CapDrop.ToArray());
        Assert.Equal(["1.1.1.1", "9.9.9.9"], spec.Dns.ToArray());
    }

    [Fact]
    public void Docker_OptionsThatDiffer_AreThoseAndNoMore()
    {
        var spec = new ContainerSpec { Image = "brig/busybox", Name = "a", Command = ["sh", "-c", "echo hi"], Privileged = true, Limits = Limits.None with { Memory = 1 << 20, Cpus = 0.5 } };
        Assert.Equal("docker run -d --name a --cpus 0.5 -m 1048576 --privileged brig/busybox sh -c 'echo hi'", Equivalent.Docker(spec));
    }

    [Fact]
    public void BothForms_SharedIpcAndCgroupParent_AreTold()
    {
        var spec = new ContainerSpec { Image = "x", ShareableIpc = true, CgroupParent = "apps" };
        Assert.Equal("docker run -d --security-opt no-new-privileges --ipc shareable --cgroup-parent apps x", Equivalent.Docker(spec));
        Assert.Equal("""{"image":"x","shareableIpc":true,"cgroupParent":"apps"}""", Equivalent.Json(spec).ToJsonString());
    }

    [Fact]
    public void Json_PlainContainer_NamesOnlyItsImage() => Assert.Equal("""{"image":"x"}""", Equivalent.Json(new ContainerSpec { Image = "x" }).ToJsonString());

    [Fact]
    public void Curl_QuoteInACommand_StaysOneWordOfTheShell()
    {
        var curl = Equivalent.Curl(new ContainerSpec { Image = "x", Command = ["echo", "it's"] }, "http://h");
        Assert.Contains("""{"image":"x","command":["echo","it'\''s"]}""", curl, StringComparison.Ordinal);
    }
}
