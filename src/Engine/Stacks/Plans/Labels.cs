using Brig.Engine.Containers;

namespace Brig.Engine.Stacks.Plans;

/// <summary>As Compose labels what it makes, so that tools that know its projects know our stacks, and we theirs.</summary>
internal static class Labels
{
    public const string Project = Stacks.Stack.Label;
    public const string Service = "com.docker.compose.service";
    public const string Number = "com.docker.compose.container-number";
    public const string ConfigHash = "com.docker.compose.config-hash";
    public const string OneOff = "com.docker.compose.oneoff";
    public const string WorkingDir = "com.docker.compose.project.working_dir";
    public const string ConfigFiles = "com.docker.compose.project.config_files";
    public const string DependsOn = "com.docker.compose.depends_on";
    public const string Network = "com.docker.compose.network";
    public const string Volume = "com.docker.compose.volume";

    /// <summary>The id of the stack, which its name is not.</summary>
    public const string Stack = "brig.stack";

    /// <summary>Of the apply that made it: what is left of one that was cut short is told from what was there before.</summary>
    public const string Round = "brig.stack.round";

    /// <summary>Its configs and secrets, without their contents.</summary>
    public const string Files = "brig.stack.files";

    /// <summary>Made by <c>docker compose run</c>: it had its one run.</summary>
    public static bool IsOneOff(Container container) => string.Equals(container.Spec.Labels.GetValueOrDefault(OneOff), "True", StringComparison.OrdinalIgnoreCase);
}
