using Brig.Engine.Events;
using Brig.Engine.Images;

namespace Brig.Web.Api.Docker;

/// <summary>POST /images/prune.</summary>
internal static class ImagePruning
{
    private static readonly string[] s_filters = ["dangling", "label", "label!", "until"];

    public static async Task<IResult> PruneAsync(HttpContext http, IImages images, IEvents events, TimeProvider time)
    {
        var filters = DockerFilters.Of(http, s_filters);
        var until = filters.Until(time.GetUtcNow());
        var report = await images.PruneAsync(
            new(filters.Flag("dangling") ?? true) { Only = image => (until is null || ImageShapes.Time(image) < until) && filters.HasLabels(image.Config.Labels) }, http.RequestAborted);
        var left = images.List().Select(DockerImage.IdOf).ToHashSet();
        RemovedImage[] removed =
        [
            .. report.Images.SelectMany(image => image.Tags.Concat(image.Digests)).Select(name => new RemovedImage { Untagged = name }),
            .. report.Images.Select(DockerImage.IdOf).Distinct().Where(id => !left.Contains(id)).Select(id => new RemovedImage { Deleted = id }),
        ];
        events.TellPruned("image", report.FreedBytes);
        return DockerJson.Answer(new ImagesPruned(removed, report.FreedBytes));
    }
}
