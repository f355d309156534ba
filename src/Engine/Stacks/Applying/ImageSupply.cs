using System.Text;
using Brig.Engine.Build;
using Brig.Engine.Images.Registry;
using Brig.Engine.Stacks.Plans;
using Brig.Engine.Tasks;
using Brig.Linux;
using Brig.Linux.Trees;

namespace Brig.Engine.Stacks.Applying;

/// <summary>Images that are missing: pulled or built, each as a task of its own that its user can look into.</summary>
internal sealed class ImageSupply(IRegistries registries, IBuilder builder, ITasks tasks, EnginePaths paths)
{
    public async Task PullAsync(string reference, CancellationToken stop) => await DoneAsync(await registries.PullAsync(reference, stop: stop), $"The image {reference} could not be pulled", stop);

    public async Task BuildAsync(DesiredBuild build, CancellationToken stop)
    {
        string image = build.Request.Tags[0];
        EngineTask task;
        // Deleted when closed, and at the next start if it never is.
        await using (var context = new FileStream($"{paths.Trash}/{Guid.NewGuid():N}", FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 64 * 1024, FileOptions.DeleteOnClose))
        {
            await OwnThread.RunAsync(() => Pack(build, context, stop));
            context.Position = 0;
            task = await builder.StartAsync(build.Request, context, stop);
        }
        await DoneAsync(task, $"The image {image} could not be built", stop);
    }

    /// <summary>By descriptors all the way: a container that has the stack's folder may change any of its directories into a link meanwhile.</summary>
    private static bool Pack(DesiredBuild build, Stream to, CancellationToken stop)
    {
        try
        {
            using var root = GuestRoot.OfFolder(build.Root ?? build.Context);
            using var folder = root.Below(TreePath.Parse(Encoding.UTF8.GetBytes("/" + (build.Root is { } own ? build.Context[own.Length..] : ""))));
            folder.ReadContents(to, stop);
            return true;
        }
        catch (TreePathException e)
        {
            throw EngineException.Invalid($"The path of the context {build.Context} {e.Message}.");
        }
        catch (LinuxException e) when (e.Errno is Errno.ENOENT or Errno.ENOTDIR or Errno.ELOOP)
        {
            throw EngineException.Invalid($"The context {build.Context} of the image {build.Request.Tags[0]} is no folder, or a link.");
        }
        catch (LinuxException e)
        {
            throw EngineException.Failed($"The context {build.Context} of the image {build.Request.Tags[0]} cannot be read: {e.Message}.", e);
        }
    }

    private async Task DoneAsync(EngineTask task, string failure, CancellationToken stop)
    {
        EngineTask ended;
        try
        {
            ended = await tasks.WaitAsync(task.Id, stop);
        }
        catch (OperationCanceledException)
        {
            try
            {
                tasks.Cancel(task.Id);
            }
            catch (EngineException)
            {
                // It has just ended.
            }
            throw;
        }
        if (ended.State != EngineTaskState.Succeeded)
        {
            throw new EngineException(EngineErrorKind.Failed, $"{failure}: {ended.Error ?? "it was cancelled"}") { LoginAt = ended.LoginAt };
        }
    }
}
