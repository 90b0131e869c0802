// Package notificationservice passes the RPCs of shop.notifications.v1.NotificationService on to notifications.
package notificationservice

import (
	"context"

	notificationsv1 "example.com/shop/notifications/gen/shop/notifications/v1"

	"example.com/shop/gateway/internal/clients"
)

// Server implements the NotificationService service. Its methods may be called at the same time.
type Server struct {
	// An RPC that has no method here is a compile error rather than an UNIMPLEMENTED at run time.
	notificationsv1.UnsafeNotificationServiceServer

	deps *clients.Clients
}

// New returns a Server. Its methods are yours: they may check what passes, change it, or ask several services.
//
// Take what else the handlers need as parameters, keep it in Server, and pass it from main.
func New(deps *clients.Clients) *Server {
	return &Server{deps: deps}
}

// ListNotifications lists what a customer has been told, oldest first.
func (s *Server) ListNotifications(ctx context.Context, req *notificationsv1.ListNotificationsRequest) (*notificationsv1.ListNotificationsResponse, error) {
	return clients.Forward(ctx, req, s.deps.Notifications.NotificationService.ListNotifications)
}
