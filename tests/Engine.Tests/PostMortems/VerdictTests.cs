using System.Globalization;
using Brig.Engine.Containers;
using Brig.Engine.PostMortems;

namespace Brig.Engine.Tests.PostMortems;

public sealed class VerdictTests
{
    private const long Mega = 1 << 20;

    /// <summary>A shell whose child was killed goes on, and ends with 0: what went wrong is the kill, not the end.</summary>
    [Theory]
    [InlineData("tail", "It ended well, with code 0, but before that the kernel had killed its process `tail` for memory, which had 31 MiB. The limit is 32 MiB.")]
    [InlineData(null, "It ended well, with code 0, but before that the kernel had killed one of its processes for memory. The limit is 32 MiB.")]
    public void Of_CodeZeroAfterAChildWasKilledForMemory_IsToldAsThat(string? victim, string sentence)
    {
        var at = DateTimeOffset.Parse("2026-11-22T12:00:00Z", CultureInfo.InvariantCulture);
        var container = new Container(ContainerId.New(), "web", new() { Image = "image", Name = "web" }, new(ContainerStatus.Exited), at, "sha256:0", "sh", 1);
        var oom = victim is null ? OomFinding.None : OomFinding.None with { Death = new(new(victim, 9, null, 31 * Mega, 0, 0) { AnonymousBytes = 31 * Mega }, "container") };
        var facts = new Facts(new("id", container, new(5, at, at, new(0, 0, OomKilled: true), Seen: true), null, null, [], 0), oom, new(32 * Mega, 32 * Mega, null, null, null, null, null, null, null), null, [], [], false);

        var verdict = Verdicts.Of(facts);

        Assert.Equal((EndKind.ProcessOutOfMemory, EndedBy.Itself, sentence), (verdict.Kind, verdict.By, verdict.Sentence));
        Assert.Contains(verdict.Hints, hint => hint.Contains("Raise the memory limit above 32", StringComparison.Ordinal));
    }
}
