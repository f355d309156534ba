using Brig.Engine.Containers;
using Brig.Web.Components.Parts;

namespace Brig.Web.Tests.Parts;

public sealed class CreateModelTests
{
    [Theory]
    [InlineData("/srv/data:/data", MountKind.Bind, "/srv/data", "/data", false, null)]
    [InlineData("/srv/data:/data:ro", MountKind.Bind, "/srv/data", "/data", true, null)]
    [InlineData("tmpfs:/tmp:64m", MountKind.Tmpfs, null, "/tmp", false, 64L << 20)]
    public void Mount_RightLine_IsUnderstood(string line, MountKind kind, string? source, string target, bool readOnly, long? size) =>
        Assert.Equal(new MountSpec(kind, source, target, readOnly, size), CreateModel.Mount(line));

    [Theory]
    [InlineData("data:/data")]
    [InlineData("/srv:data")]
    [InlineData("/srv:/data:rx")]
    [InlineData("tmpfs:/tmp:lots")]
    public void Mount_WrongLine_IsNot(string line) => Assert.Null(CreateModel.Mount(line));

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
        var model = new CreateModel { Image = " brig/busybox ", Name = "a", Command = "sh -c 'echo \"x y\"'", Env = "A=1\n\nB=2 3", Restart = RestartMode.OnFailure, Retries = "4", CapDrop = "ALL", Dns = "1.1.1.1, 9.9.9.9" };
        model.Namespaces["net"] = "container:web";
        model.Limits.Memory = "64";
        var spec = model.ToSpec();
        Assert.True(model.IsRight);
        Assert.Equal("brig/busybox", spec.Image);
        Assert.Equal(["sh", "-c", "echo \"x y\""], spec.Command.ToArray());
        Assert.Equal(["A=1", "B=2 3"], spec.Env.ToArray());
        Assert.Equal(new RestartPolicy(RestartMode.OnFailure, 4), spec.Restart);
        Assert.Equal(NamespaceSpec.OfContainer("web"), spec.Namespaces.Net);
        Assert.Equal(NamespaceSpec.Host, spec.Namespaces.User);
        Assert.Equal(64 << 20, spec.Limits.Memory);
        Assert.Equal(["1.1.1.1", "9.9.9.9"], spec.Dns.ToArray());
    }

    [Fact]
    public void Docker_OptionsThatDiffer_AreThoseAndNoMore()
    {
        var spec = new ContainerSpec { Image = "brig/busybox", Name = "a", Command = ["sh", "-c", "echo hi"], Privileged = true, Limits = Limits.None with { Memory = 1 << 20, Cpus = 0.5 } };
        Assert.Equal("docker run -d --name a --cpus 0.5 -m 1048576 --privileged brig/busybox sh -c 'echo hi'", Equivalent.Docker(spec));
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
