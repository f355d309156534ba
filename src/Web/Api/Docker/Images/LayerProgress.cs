using Brig.Engine.Tasks;

namespace Brig.Web.Api.Docker;

/// <summary>A task's layers in Docker's words: each change once.</summary>
/// <param name="words">The word for a phase; null: nothing is told.</param>
internal sealed class LayerProgress(ProgressAnswer answer, Func<TaskStep, IEnumerable<LayerWord>> words)
{
    private readonly Dictionary<string, TaskStep> _told = [];

    public async ValueTask TellAsync(EngineTask task)
    {
        foreach (var step in task.Steps)
        {
            var before = _told.GetValueOrDefault(step.Id);
            if (before is not null && before.Phase == step.Phase && before.Done == step.Done && before.State == step.State)
            {
                continue;
            }
            _told[step.Id] = step;
            foreach (var word in words(step).Where(word => word.IsMeasured || before?.Phase != step.Phase))
            {
                await answer.TellAsync(Message(step, word));
            }
        }
    }

    private static ProgressMessage Message(TaskStep step, LayerWord word) => !word.IsMeasured
        ? new() { Status = word.Text, ProgressDetail = new(), Id = step.Id }
        : new() { Status = word.Text, ProgressDetail = new() { Current = step.Done, Total = step.Total ?? 0 }, Progress = ProgressBar.Text(step.Done, step.Total ?? 0), Id = step.Id };
}

/// <param name="IsMeasured">With how much of it is done.</param>
internal sealed record LayerWord(string Text, bool IsMeasured = false);

/// <summary><c>[==&gt;      ]   1.2MB/5MB</c>, as Docker draws it (pkg/jsonmessage).</summary>
internal static class ProgressBar
{
    private const int Width = 50;
    private static readonly string[] s_units = ["B", "kB", "MB", "GB", "TB"];

    public static string Text(long current, long total)
    {
        if (total <= 0)
        {
            return Size(current);
        }
        int filled = (int)Math.Clamp((double)current / total * Width, 0, Width);
        return $"[{new string('=', filled)}>{new string(' ', Width - filled)}] {Size(current),8}/{Size(total)}";
    }

    /// <summary>In thousands, with four digits (go-units' HumanSize).</summary>
    private static string Size(long bytes)
    {
        double value = bytes;
        int unit = 0;
        for (; value >= 1000 && unit < s_units.Length - 1; unit++)
        {
            value /= 1000;
        }
        return value.ToString("G4", System.Globalization.CultureInfo.InvariantCulture) + s_units[unit];
    }
}
