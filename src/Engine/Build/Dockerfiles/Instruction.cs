using System.Collections.Immutable;

namespace Brig.Engine.Build.Dockerfiles;

/// <summary>One instruction as it was written: nothing expanded, nothing looked up (Dockerfile reference).</summary>
/// <param name="At">Its first line, from 1.</param>
/// <param name="Text">The instruction on one line, as history and progress show it.</param>
public abstract record Instruction(int At, string Text);

/// <param name="Image">An image's reference, an earlier stage's name or <c>scratch</c>; may hold variables of the ARGs before the first FROM.</param>
/// <param name="Name">Of this stage, lower case; null: it has its number only.</param>
public sealed record FromInstruction(int At, string Text, string Image, string? Platform, string? Name) : Instruction(At, Text);

/// <summary>The shell form (one string for the shell) or the exec form (a program and its arguments).</summary>
/// <param name="Shell">Null in the exec form.</param>
/// <param name="Exec">Empty in the shell form.</param>
public sealed record CommandText(string? Shell, ImmutableArray<string> Exec);

/// <param name="Command">With the heredocs in its text, for the shell to read; the exec form has none.</param>
/// <param name="Script">The single heredoc when the command is nothing else: it is the script itself, which may begin with <c>#!</c>.</param>
/// <param name="Mounts">What <c>--mount=</c> says, each as written.</param>
/// <param name="Network"><c>default</c>, <c>none</c> or <c>host</c>.</param>
public sealed record RunInstruction(int At, string Text, CommandText Command, Heredoc? Script, ImmutableArray<string> Mounts, string Network) : Instruction(At, Text);

public sealed record CmdInstruction(int At, string Text, CommandText Command) : Instruction(At, Text);

public sealed record EntrypointInstruction(int At, string Text, CommandText Command) : Instruction(At, Text);

public sealed record ShellInstruction(int At, string Text, ImmutableArray<string> Shell) : Instruction(At, Text);

/// <summary>ENV and LABEL: all values see the environment as it was before the instruction.</summary>
public sealed record EnvInstruction(int At, string Text, ImmutableArray<Pair> Pairs) : Instruction(At, Text);

public sealed record LabelInstruction(int At, string Text, ImmutableArray<Pair> Pairs) : Instruction(At, Text);

/// <param name="Value">As written, variables and quotes in it.</param>
public sealed record Pair(string Name, string Value);

/// <param name="Arguments">A value of null: declared without a default.</param>
public sealed record ArgInstruction(int At, string Text, ImmutableArray<(string Name, string? Default)> Arguments) : Instruction(At, Text);

/// <param name="Unpacks">ADD: local archives are unpacked and addresses fetched.</param>
/// <param name="Sources">Paths in the context or in <paramref name="From"/>, patterns allowed; for ADD addresses as well.</param>
/// <param name="Files">Heredocs among the sources; each becomes a file of its name.</param>
/// <param name="From">A stage's name or number, or an image; null: the context.</param>
public sealed record CopyInstruction(
    int At, string Text, bool Unpacks, ImmutableArray<string> Sources, ImmutableArray<Heredoc> Files, string Target,
    string? From, string? Owner, string? Mode, bool Parents, ImmutableArray<string> Excluded, string? Checksum) : Instruction(At, Text);

public sealed record ExposeInstruction(int At, string Text, ImmutableArray<string> Ports) : Instruction(At, Text);

public sealed record VolumeInstruction(int At, string Text, ImmutableArray<string> Paths) : Instruction(At, Text);

public sealed record UserInstruction(int At, string Text, string User) : Instruction(At, Text);

public sealed record WorkDirInstruction(int At, string Text, string Path) : Instruction(At, Text);

public sealed record StopSignalInstruction(int At, string Text, string Signal) : Instruction(At, Text);

public sealed record MaintainerInstruction(int At, string Text, string Name) : Instruction(At, Text);

/// <summary>Done when the image is the base of another build.</summary>
/// <param name="Trigger">The instruction as written, without ONBUILD.</param>
public sealed record OnBuildInstruction(int At, string Text, string Trigger) : Instruction(At, Text);

/// <param name="Test">Null: HEALTHCHECK NONE, which takes the base's away.</param>
/// <param name="Retries">Null, like the times: the default.</param>
public sealed record HealthCheckInstruction(
    int At, string Text, CommandText? Test, TimeSpan? Interval, TimeSpan? Timeout, TimeSpan? StartPeriod, TimeSpan? StartInterval, int? Retries) : Instruction(At, Text);

/// <summary><c>&lt;&lt;NAME</c> and the lines up to NAME.</summary>
/// <param name="Expands">The name was written without quotes: variables count.</param>
/// <param name="Content">Ends with a line feed unless empty; leading tabs are gone after <c>&lt;&lt;-</c>.</param>
/// <param name="Raw">The lines as they stand, the closing one with them, for a shell to read.</param>
public sealed record Heredoc(string Name, bool Expands, string Content, string Raw);
