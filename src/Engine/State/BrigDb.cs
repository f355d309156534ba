using Microsoft.EntityFrameworkCore;

namespace Brig.Engine.State;

/// <summary>What must survive. Its tables are made by <see cref="Schema"/>, not by EF: docs/decisions/0010-schema-steps.md.</summary>
public sealed class BrigDb(DbContextOptions<BrigDb> options) : DbContext(options)
{
    public DbSet<ContainerRow> Containers => Set<ContainerRow>();
    public DbSet<ImageRow> Images => Set<ImageRow>();
    public DbSet<EventRow> Events => Set<EventRow>();
    public DbSet<SettingRow> Settings => Set<SettingRow>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<ContainerRow>().ToTable("containers").HasKey(row => row.Id);
        modelBuilder.Entity<ImageRow>().ToTable("images").HasKey(row => row.Reference);
        modelBuilder.Entity<EventRow>().ToTable("events").HasKey(row => row.Sequence);
        modelBuilder.Entity<EventRow>().Property(row => row.Sequence).ValueGeneratedNever();
        modelBuilder.Entity<SettingRow>().ToTable("settings").HasKey(row => row.Key);
    }
}
