using Microsoft.EntityFrameworkCore;

namespace Brig.Engine.State;

/// <summary>What must survive. Its tables are made by <see cref="Schema"/>, not by EF: docs/decisions/0010-schema-steps.md.</summary>
public sealed class BrigDb(DbContextOptions<BrigDb> options) : DbContext(options)
{
    public DbSet<ContainerRow> Containers => Set<ContainerRow>();
    public DbSet<NetworkRow> Networks => Set<NetworkRow>();
    public DbSet<ImageRow> Images => Set<ImageRow>();
    public DbSet<TagRow> Tags => Set<TagRow>();
    public DbSet<TaskRow> Tasks => Set<TaskRow>();
    public DbSet<BuildStepRow> BuildSteps => Set<BuildStepRow>();
    public DbSet<VolumeRow> Volumes => Set<VolumeRow>();
    public DbSet<SnapshotRow> Snapshots => Set<SnapshotRow>();
    public DbSet<StackRow> Stacks => Set<StackRow>();
    public DbSet<StackRevisionRow> StackRevisions => Set<StackRevisionRow>();
    public DbSet<StackIntentRow> StackIntents => Set<StackIntentRow>();
    public DbSet<StackContentRow> StackContents => Set<StackContentRow>();
    public DbSet<PostMortemRow> PostMortems => Set<PostMortemRow>();
    public DbSet<AlertIncidentRow> AlertIncidents => Set<AlertIncidentRow>();
    public DbSet<KeptLogRow> KeptLogs => Set<KeptLogRow>();
    public DbSet<EventRow> Events => Set<EventRow>();
    public DbSet<SettingRow> Settings => Set<SettingRow>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<ContainerRow>().ToTable("containers").HasKey(row => row.Id);
        modelBuilder.Entity<NetworkRow>().ToTable("networks").HasKey(row => row.Id);
        modelBuilder.Entity<ImageRow>().ToTable("manifests").HasKey(row => row.Digest);
        modelBuilder.Entity<TagRow>().ToTable("tags").HasKey(row => row.Reference);
        modelBuilder.Entity<TaskRow>().ToTable("tasks").HasKey(row => row.Id);
        modelBuilder.Entity<BuildStepRow>().ToTable("build_steps").HasKey(row => row.Key);
        modelBuilder.Entity<VolumeRow>().ToTable("volumes").HasKey(row => row.Id);
        modelBuilder.Entity<SnapshotRow>().ToTable("snapshots").HasKey(row => row.Id);
        modelBuilder.Entity<StackRow>().ToTable("stacks").HasKey(row => row.Id);
        modelBuilder.Entity<StackRevisionRow>().ToTable("stack_revisions").HasKey(row => new { row.StackId, row.Number });
        modelBuilder.Entity<StackIntentRow>().ToTable("stack_intents").HasKey(row => row.StackId);
        modelBuilder.Entity<StackContentRow>().ToTable("stack_contents").HasKey(row => row.Fingerprint);
        modelBuilder.Entity<PostMortemRow>().ToTable("post_mortems").HasKey(row => row.Id);
        modelBuilder.Entity<AlertIncidentRow>().ToTable("alert_incidents").HasKey(row => row.Id);
        modelBuilder.Entity<KeptLogRow>().ToTable("kept_logs").HasKey(row => row.Id);
        modelBuilder.Entity<EventRow>().ToTable("events").HasKey(row => row.Sequence);
        modelBuilder.Entity<EventRow>().Property(row => row.Sequence).ValueGeneratedNever();
        modelBuilder.Entity<SettingRow>().ToTable("settings").HasKey(row => row.Key);
    }
}
