using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Evercam.Storage.Catalog;

/// <summary>The catalog: users, cameras, shares, clients, vendors. The same on SQLite and on PostgreSQL.</summary>
public abstract class EvercamDb : IdentityUserContext<User, long>
{
    private protected EvercamDb(DbContextOptions options)
        : base(options)
    {
    }

    /// <summary>The keys that programs sign in with, of users and clients alike.</summary>
    public DbSet<ApiCredential> ApiCredentials => Set<ApiCredential>();

    /// <summary>Cameras.</summary>
    public DbSet<Camera> Cameras => Set<Camera>();

    /// <summary>Cameras shared with users.</summary>
    public DbSet<Share> Shares => Set<Share>();

    /// <summary>Shares that wait for their people to have accounts.</summary>
    public DbSet<Invitation> Invitations => Set<Invitation>();

    /// <summary>Registered applications.</summary>
    public DbSet<Client> Clients => Set<Client>();

    /// <summary>What users allow applications.</summary>
    public DbSet<Grant> Grants => Set<Grant>();

    /// <summary>What clients hold to act for users.</summary>
    public DbSet<Token> Tokens => Set<Token>();

    /// <summary>Browsers that users are logged in with.</summary>
    public DbSet<Session> Sessions => Set<Session>();

    /// <summary>What users show beside their passwords.</summary>
    public DbSet<SecondFactor> SecondFactors => Set<SecondFactor>();

    /// <summary>What stands in for it.</summary>
    public DbSet<RecoveryCode> RecoveryCodes => Set<RecoveryCode>();

    /// <summary>Mails on their way.</summary>
    public DbSet<OutgoingMail> Mails => Set<OutgoingMail>();

    /// <summary>Codes that were sent to emails.</summary>
    public DbSet<SingleUseCode> Codes => Set<SingleUseCode>();

    /// <summary>What was done to cameras, and seen of them.</summary>
    public DbSet<Activity> Activities => Set<Activity>();

    /// <summary>What people want to be told of.</summary>
    public DbSet<CameraNotice> Notices => Set<CameraNotice>();

    /// <summary>Of what users want to be told by mail.</summary>
    public DbSet<MailChoice> MailChoices => Set<MailChoice>();

    /// <summary>Addresses that users want notices sent to.</summary>
    public DbSet<Webhook> Webhooks => Set<Webhook>();

    /// <summary>Notices on their way there, and those that went.</summary>
    public DbSet<WebhookDelivery> Deliveries => Set<WebhookDelivery>();

    /// <summary>Whether cameras were recorded, and why not.</summary>
    internal DbSet<CoverageFact> Coverage => Set<CoverageFact>();

    /// <summary>Until when the server ran.</summary>
    internal DbSet<ServerPulse> Pulses => Set<ServerPulse>();

    /// <summary>Makers of cameras, and of other hardware.</summary>
    public DbSet<Vendor> Vendors => Set<Vendor>();

    /// <summary>Their MAC prefixes.</summary>
    public DbSet<VendorMac> VendorMacs => Set<VendorMac>();

    /// <summary>Their models.</summary>
    public DbSet<CameraModel> CameraModels => Set<CameraModel>();

    /// <summary>Which catalogue and which registry of vendors were loaded.</summary>
    public DbSet<CatalogueVersion> CatalogueVersions => Set<CatalogueVersion>();

    /// <summary>What people were last told of cameras.</summary>
    internal DbSet<LastTold> Told => Set<LastTold>();

    /// <summary>The archive that the pictures lie in.</summary>
    internal DbSet<KnownArchive> Archives => Set<KnownArchive>();

    /// <summary>Fixed, so that the schema never depends on how the host set Identity up.</summary>
    protected override Version SchemaVersion => IdentitySchemaVersions.Version2;

    /// <inheritdoc/>
    protected override void OnModelCreating(ModelBuilder builder)
    {
        base.OnModelCreating(builder);
        var secrets = this.GetService<IDataProtectionProvider>();

        builder.Entity<User>(Describe);
        builder.Entity<ApiCredential>(credential => Describe(credential, secrets));
        builder.Entity<Camera>(camera => Describe(camera, secrets));
        builder.Entity<Share>(Describe);
        builder.Entity<Invitation>(Invitation.Describe);
        builder.Entity<Client>(Describe);
        builder.Entity<Grant>(Describe);
        builder.Entity<Token>(Describe);
        builder.Entity<Session>(Describe);
        builder.Entity<SecondFactor>(factor => SecondFactor.Describe(factor, secrets));
        builder.Entity<RecoveryCode>(RecoveryCode.Describe);
        builder.Entity<OutgoingMail>(mail => OutgoingMail.Describe(mail, secrets));
        builder.Entity<SingleUseCode>(SingleUseCode.Describe);
        builder.Entity<Activity>(Activity.Describe);
        builder.Entity<CameraNotice>(CameraNotice.Describe);
        builder.Entity<LastTold>(LastTold.Describe);
        builder.Entity<MailChoice>(MailChoice.Describe);
        builder.Entity<Webhook>(webhook => Webhook.Describe(webhook, secrets));
        builder.Entity<WebhookCamera>(WebhookCamera.Describe);
        builder.Entity<WebhookDelivery>(WebhookDelivery.Describe);
        builder.Entity<CoverageFact>(CoverageFact.Describe);
        builder.Entity<ServerPulse>(ServerPulse.Describe);
        builder.Entity<Vendor>(Describe);
        builder.Entity<VendorMac>(Describe);
        builder.Entity<CameraModel>(Describe);
        builder.Entity<CatalogueVersion>(Describe);
        builder.Entity<KnownArchive>(KnownArchive.Describe);
        builder.Entity<IdentityUserClaim<long>>().ToTable("user_claims");
        builder.Entity<IdentityUserLogin<long>>().ToTable("user_logins");
        builder.Entity<IdentityUserToken<long>>().ToTable("user_tokens");

        SnakeCase.Apply(builder.Model);
    }

    private static void Describe(EntityTypeBuilder<User> user)
    {
        // An email holds an @ and a user name none, so that the two unique indexes together keep every log-in unique.
        user.ToTable("users", table =>
        {
            table.HasCheckConstraint("ck_users_user_name", "user_name NOT LIKE '%@%'");
            table.HasCheckConstraint("ck_users_email", "email LIKE '%_@_%'");
        });
        user.Property(u => u.UserName).IsRequired();
        user.Property(u => u.NormalizedUserName).IsRequired();
        user.Property(u => u.Email).IsRequired();
        user.Property(u => u.NormalizedEmail).IsRequired();
        user.Property(u => u.LockoutEnd).HasConversion(
            moment => moment!.Value.ToUnixTimeSeconds(), seconds => DateTimeOffset.FromUnixTimeSeconds(seconds));
        user.HasIndex(u => u.NormalizedUserName).IsUnique();
        user.HasIndex(u => u.NormalizedEmail).IsUnique();
        user.HasIndex(u => u.NormalizedFormerEmail);
        user.Ignore(u => u.PhoneNumber);
        user.Ignore(u => u.PhoneNumberConfirmed);
    }

    private static void Describe(EntityTypeBuilder<ApiCredential> credential, IDataProtectionProvider secrets)
    {
        credential.ToTable("api_credentials", table => table.HasCheckConstraint(
            "ck_api_credentials_owner", "(user_key IS NULL) <> (client_key IS NULL)"));
        credential.HasKey(c => c.ApiId);
        credential.Property(c => c.ApiKey).HasConversion(new ProtectedText(secrets, "api key"));
        credential.HasOne(c => c.User).WithOne(u => u.Credential)
            .HasForeignKey<ApiCredential>(c => c.UserKey).OnDelete(DeleteBehavior.Cascade);
        credential.HasOne(c => c.Client).WithOne(c => c.Credential)
            .HasForeignKey<ApiCredential>(c => c.ClientKey).OnDelete(DeleteBehavior.Cascade);
    }

    private static void Describe(EntityTypeBuilder<Camera> camera, IDataProtectionProvider secrets)
    {
        camera.ToTable("cameras");
        camera.HasKey(c => c.Key);
        camera.Property(c => c.Key).ValueGeneratedNever();
        camera.Property(c => c.Id).IsRequired();
        camera.HasIndex(c => c.Id).IsUnique();
        camera.HasIndex(c => c.Id, "ix_cameras_open").HasFilter("is_public AND discoverable");
        camera.HasIndex(c => c.MacAddress);
        camera.HasOne(c => c.Owner).WithMany(u => u.Cameras)
            .HasForeignKey(c => c.OwnerKey).OnDelete(DeleteBehavior.Cascade);
        camera.HasOne(c => c.Model).WithMany()
            .HasForeignKey(c => c.ModelKey).OnDelete(DeleteBehavior.Restrict);
        camera.Property(c => c.JpgUrl).HasConversion(new SettingText());
        camera.Property(c => c.CamUsername).HasConversion(new ProtectedSettingText(secrets, "camera user name"));
        camera.Property(c => c.CamPassword).HasConversion(new ProtectedSettingText(secrets, "camera password"));
        camera.ComplexProperty(c => c.Recording);
    }

    private static void Describe(EntityTypeBuilder<Share> share)
    {
        share.ToTable("shares");
        share.HasKey(s => s.Key);
        share.HasIndex(s => new { s.CameraKey, s.UserKey }).IsUnique();
        share.HasOne(s => s.Camera).WithMany(c => c.Shares)
            .HasForeignKey(s => s.CameraKey).OnDelete(DeleteBehavior.Cascade);
        share.HasOne(s => s.User).WithMany().HasForeignKey(s => s.UserKey).OnDelete(DeleteBehavior.Cascade);
        share.HasOne(s => s.Sharer).WithMany().HasForeignKey(s => s.SharerKey).OnDelete(DeleteBehavior.Cascade);
    }

    private static void Describe(EntityTypeBuilder<Client> client)
    {
        client.ToTable("clients");
        client.HasKey(c => c.Key);
        client.HasIndex(c => c.NormalizedName).IsUnique();
        client.HasOne(c => c.Creator).WithMany().HasForeignKey(c => c.CreatorKey).OnDelete(DeleteBehavior.SetNull);
    }

    private static void Describe(EntityTypeBuilder<Grant> grant)
    {
        // Two indexes, because a unique index sees no two nulls as equal.
        grant.ToTable("grants", table => table.HasCheckConstraint(
            "ck_grants_camera", $"(resource = {GrantedResource.Camera:D}) = (camera_key IS NOT NULL)"));
        grant.HasKey(g => g.Key);
        grant.HasIndex(g => new { g.ClientKey, g.UserKey, g.Resource }).IsUnique().HasFilter("camera_key IS NULL");
        grant.HasIndex(g => new { g.ClientKey, g.UserKey, g.CameraKey }).IsUnique().HasFilter("camera_key IS NOT NULL");
        grant.HasOne(g => g.Client).WithMany().HasForeignKey(g => g.ClientKey).OnDelete(DeleteBehavior.Cascade);
        grant.HasOne(g => g.User).WithMany().HasForeignKey(g => g.UserKey).OnDelete(DeleteBehavior.Cascade);
        grant.HasOne(g => g.Camera).WithMany().HasForeignKey(g => g.CameraKey).OnDelete(DeleteBehavior.Cascade);
    }

    private static void Describe(EntityTypeBuilder<Token> token)
    {
        token.ToTable("tokens");
        token.HasKey(t => t.Key);
        token.HasIndex(t => t.Hash).IsUnique();
        token.HasIndex(t => t.CodeKey);
        token.HasIndex(t => t.ExpiresAt);
        token.HasOne(t => t.Client).WithMany().HasForeignKey(t => t.ClientKey).OnDelete(DeleteBehavior.Cascade);
        token.HasOne(t => t.User).WithMany().HasForeignKey(t => t.UserKey).OnDelete(DeleteBehavior.Cascade);
    }

    private static void Describe(EntityTypeBuilder<Session> session)
    {
        session.ToTable("sessions");
        session.HasKey(s => s.Key);
        session.HasIndex(s => s.IdHash).IsUnique();
        session.HasIndex(s => s.ExpiresAt);
        session.HasOne(s => s.User).WithMany().HasForeignKey(s => s.UserKey).OnDelete(DeleteBehavior.Cascade);
    }

    private static void Describe(EntityTypeBuilder<Vendor> vendor)
    {
        vendor.ToTable("vendors");
        vendor.HasKey(v => v.Key);
        vendor.Property(v => v.Id).IsRequired();
        vendor.HasIndex(v => v.Id).IsUnique();
    }

    private static void Describe(EntityTypeBuilder<VendorMac> mac)
    {
        mac.ToTable("vendor_macs");
        mac.HasKey(m => new { m.Prefix, m.VendorKey });
        mac.HasOne(m => m.Vendor).WithMany(v => v.Macs).HasForeignKey(m => m.VendorKey).OnDelete(DeleteBehavior.Cascade);
    }

    private static void Describe(EntityTypeBuilder<CameraModel> model)
    {
        model.ToTable("camera_models");
        model.HasKey(m => m.Key);
        model.HasIndex(m => new { m.VendorKey, m.Name }).IsUnique();
        model.HasOne(m => m.Vendor).WithMany(v => v.Models).HasForeignKey(m => m.VendorKey).OnDelete(DeleteBehavior.Cascade);
    }

    private static void Describe(EntityTypeBuilder<CatalogueVersion> version)
    {
        version.ToTable("catalogue_versions");
        version.HasKey(v => v.Key);
        version.Property(v => v.Key).ValueGeneratedNever();
    }
}
