using Brig.Engine;
using Brig.Engine.Containers;
using Brig.Web.Components.Parts;
using Bunit;

namespace Brig.Web.Tests.Parts;

public sealed class LimitsFormTests : PageTest
{
    private readonly Container _container;

    public LimitsFormTests() => _container = Engine.Add("a", spec: s => s with { Limits = Limits.None with { Memory = 64 << 20, Pids = 10 } });

    private Limits Now => Engine.Get("a").Spec.Limits;

    [Fact]
    public void Apply_MemoryTyped_ChangesItAndKeepsTheRest()
    {
        var form = Render<LimitsForm>(p => p.Add(f => f.Container, _container));
        form.Find("#l-memory").Input("128");
        form.Find("form").Submit();
        Assert.Equal(Limits.None with { Memory = 128 << 20, Pids = 10 }, Now);
    }

    [Fact]
    public void Undo_AfterApply_BringsBackWhatWas()
    {
        var form = Render<LimitsForm>(p => p.Add(f => f.Container, _container));
        form.Find("#l-memory").Input("128");
        form.Find("form").Submit();
        form.FindAll(".form-actions button")[^1].Click();
        Assert.Equal(64 << 20, Now.Memory);
    }

    [Fact]
    public void Apply_EngineRefuses_WhatWasTypedStays()
    {
        var form = Render<LimitsForm>(p => p.Add(f => f.Container, _container));
        Engine.Failure = EngineException.Failed("write \"/sys/fs/cgroup/x/memory.max\": EBUSY");
        form.Find("#l-memory").Input("1");
        form.Find("form").Submit();
        Assert.Equal("1", form.Find("#l-memory").GetAttribute("value"));
        Assert.Contains("EBUSY", Assert.Single(Notes).Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Type_TooSmall_SaysSoAndCannotBeApplied()
    {
        var form = Render<LimitsForm>(p => p.Add(f => f.Container, _container));
        form.Find("#l-memory").Input("1 KiB");
        Assert.Contains("512 KiB", form.Find("#l-memory-hint").TextContent, StringComparison.Ordinal);
        Assert.True(form.Find("button.primary").HasAttribute("disabled"));
    }
}
