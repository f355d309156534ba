using System.Collections.Immutable;
using Brig.Engine;
using Brig.Engine.Images;

namespace Brig.Web.Api.Docker;

/// <summary>GET /images/json.</summary>
internal static class ImageList
{
    private static readonly string[] s_filters = ["before", "since", "dangling", "label", "label!", "reference", "until"];

    public static async Task<IResult> AnswerAsync(HttpContext http, IImages images, TimeProvider time)
    {
        var filters = DockerFilters.Of(http, s_filters);
        var (version, now) = (ApiVersion.Of(http), time.GetUtcNow());
        var (before, since, until) = (Named(filters, "before", images), Named(filters, "since", images), filters.Until(now));
        bool? dangling = filters.Flag("dangling");
        var patterns = version.IsBefore(1, 41) && http.Request.Word("filter") is { } pattern ? filters["reference"].Add(pattern) : filters["reference"];
        var shared = DockerQuery.Flag(http, "shared-size")
            ? (await images.UsageAsync(http.RequestAborted)).Images.ToDictionary(usage => usage.Digest, usage => usage.SharedBytes)
            : null;
        var all = DockerImage.List(images)
            .Where(image => dangling is null || image.Parts.All(part => part.IsDangling) == dangling)
            .Where(image => (before is null || Age(image).CompareTo(Age(before)) < 0) && (since is null || Age(image).CompareTo(Age(since)) > 0) && (until is null || ImageShapes.Time(image.First) < until))
            .Where(image => filters.HasLabels(image.First.Config.Labels))
            .Select(image => (Image: image, Tags: Meant(image.Tags, patterns), Digests: Meant(image.Digests, patterns)))
            .Where(one => patterns.IsEmpty || one.Tags.Length + one.Digests.Length > 0)
            .OrderByDescending(one => Age(one.Image)).ThenBy(one => one.Image.Id, StringComparer.Ordinal);
        return DockerJson.Answer<ImageSummary[]>([.. all.Select(one => ImageShapes.Summary(one.Image, one.Tags, one.Digests, shared?.GetValueOrDefault(one.Image.First.Digest) ?? -1, version))]);
    }

    private static string[] Meant(ImmutableArray<string> names, ImmutableArray<string> patterns) =>
        [.. names.Where(name => patterns.IsEmpty || patterns.Any(pattern => IsMeant(name, pattern)))];

    /// <summary>Docker's rule: the pattern means the whole name with its tag, or the name alone; <c>*</c> does not go over a slash.</summary>
    private static bool IsMeant(string tag, string pattern)
    {
        var name = ImageName.Parse(tag);
        return GoPattern.Matches(name.ToString(), pattern) || GoPattern.Matches(name.Familiar, pattern) || IsSame(name, pattern);
    }

    /// <summary>Written in another way: <c>docker.io/library/busybox</c>.</summary>
    private static bool IsSame(ImageName name, string pattern) =>
        pattern == $"{name.Registry}/{name.Repository}" || (name.Tag is not null && pattern == $"{name.Registry}/{name.Repository}:{name.Tag}");

    private static DockerImage? Named(DockerFilters filters, string key, IImages images) => filters[key] is [var name, ..] ? DockerImage.Find(images, name) : null;

    /// <summary>When it was made; of those made of the same parts, when it came.</summary>
    private static (DateTimeOffset, DateTimeOffset) Age(DockerImage image) => (ImageShapes.Time(image.First), image.First.CreatedAt);
}
