using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Evercam.Storage.Catalog;

/// <summary>An address that a user wants notices sent to.</summary>
public sealed class Webhook
{
    /// <summary>Primary key, and the id on the wire.</summary>
    public long Key { get; set; }

    /// <summary>Whose it is: it is sent what this user may hear. Deleting the user deletes it.</summary>
    public required long UserKey { get; set; }

    /// <summary>Whose it is; <see langword="null"/> if not loaded.</summary>
    public User? User { get; set; }

    /// <summary>Where it is: http or https. It may hold a secret: in clear here, protected in the database.</summary>
    public required string Url { get; set; }

    /// <summary>What its deliveries are signed with. Protected in the database.</summary>
    public required string Secret { get; set; }

    /// <summary>What it is sent.</summary>
    public required List<NoticeKind> Kinds { get; set; }

    /// <summary>Whether it is sent what happens to all cameras that its user may hear of, those to come included.</summary>
    public required bool AllCameras { get; set; }

    /// <summary>The cameras, where those are not all; empty if not loaded.</summary>
    public List<WebhookCamera> Cameras { get; } = [];

    /// <summary>Whether it is sent anything.</summary>
    public required bool IsEnabled { get; set; }

    /// <summary>When it was made, Unix seconds.</summary>
    public required long CreatedAt { get; set; }

    /// <summary>When its user changed it last, Unix seconds.</summary>
    public required long UpdatedAt { get; set; }

    /// <summary>Since when nothing sent to it has arrived, Unix seconds; <see langword="null"/> if the last did.</summary>
    public long? FailingSince { get; set; }

    /// <summary>When this server switched it off because of that, Unix seconds; <see langword="null"/> if it did not.</summary>
    public long? SwitchedOffAt { get; set; }

    internal static void Describe(EntityTypeBuilder<Webhook> webhook, IDataProtectionProvider secrets)
    {
        webhook.ToTable("webhooks");
        webhook.HasKey(w => w.Key);
        webhook.Property(w => w.Url).HasConversion(new ProtectedText(secrets, "webhook url"));
        webhook.Property(w => w.Secret).HasConversion(new ProtectedText(secrets, "webhook secret"));
        webhook.HasOne(w => w.User).WithMany().HasForeignKey(w => w.UserKey).OnDelete(DeleteBehavior.Cascade);
    }
}

/// <summary>A camera that a webhook is about.</summary>
public sealed class WebhookCamera
{
    /// <summary>The webhook. Deleting it deletes this.</summary>
    public long WebhookKey { get; set; }

    /// <summary>The webhook; <see langword="null"/> if not loaded.</summary>
    public Webhook? Webhook { get; set; }

    /// <summary>The camera. Deleting it deletes this.</summary>
    public required long CameraKey { get; set; }

    /// <summary>The camera; <see langword="null"/> if not loaded.</summary>
    public Camera? Camera { get; set; }

    internal static void Describe(EntityTypeBuilder<WebhookCamera> camera)
    {
        camera.ToTable("webhook_cameras");
        camera.HasKey(c => new { c.WebhookKey, c.CameraKey });
        camera.HasOne(c => c.Webhook).WithMany(w => w.Cameras).HasForeignKey(c => c.WebhookKey).OnDelete(DeleteBehavior.Cascade);
        camera.HasOne(c => c.Camera).WithMany().HasForeignKey(c => c.CameraKey).OnDelete(DeleteBehavior.Cascade);
    }
}
