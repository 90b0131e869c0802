// Package notificationservice answers the RPCs of shop.notifications.v1.NotificationService.
package notificationservice

import (
	"context"

	notificationsv1 "example.com/shop/notifications/gen/shop/notifications/v1"
	"example.com/shop/notifications/internal/mailbox"
)

// Server implements the NotificationService service. Its methods may be called at the same time.
type Server struct {
	// An RPC that has no method here is a compile error rather than an UNIMPLEMENTED at run time.
	notificationsv1.UnsafeNotificationServiceServer

	mailboxes *mailbox.Mailboxes
}

// New returns a Server of the mailboxes.
func New(mailboxes *mailbox.Mailboxes) *Server {
	return &Server{mailboxes: mailboxes}
}

// ListNotifications lists what a customer has been told, oldest first.
func (s *Server) ListNotifications(_ context.Context, req *notificationsv1.ListNotificationsRequest) (*notificationsv1.ListNotificationsResponse, error) {
	return &notificationsv1.ListNotificationsResponse{Notifications: s.mailboxes.Of(req.GetCustomer())}, nil
}
