// Package mailbox keeps what customers are told, in a file that outlives the process.
package mailbox

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"sync"

	notificationsv1 "example.com/shop/notifications/gen/shop/notifications/v1"
)

// Mailboxes keeps the notifications of each customer, oldest first. Its methods may be called at the same time. To tell
// somebody the same of an order twice is to tell them once: what a notification says is its own inbox.
type Mailboxes struct {
	mu        sync.Mutex
	file      *os.File
	told      map[string][]*notificationsv1.Notification // by customer
	customers map[string]string                          // by order
}

// letter is a line of the file.
type letter struct {
	Customer string `json:"customer"`
	OrderID  string `json:"order"`
	Text     string `json:"text"`
}

// Open returns the Mailboxes in a file, which is made if there is none.
func Open(path string) (*Mailboxes, error) {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_APPEND, 0o600) //nolint:gosec // the operator's own file
	if err != nil {
		return nil, err
	}
	m := &Mailboxes{file: file, told: map[string][]*notificationsv1.Notification{}, customers: map[string]string{}}
	if err := m.read(); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return m, nil
}

// read takes every whole line. A process that was killed may have left half a one at the end: nobody was promised it.
func (m *Mailboxes) read() error {
	reader, whole := bufio.NewReader(m.file), int64(0)
	for {
		line, err := reader.ReadBytes('\n')
		if err != nil {
			return m.file.Truncate(whole)
		}
		var l letter
		if err := json.Unmarshal(line, &l); err != nil {
			return err
		}
		whole += int64(len(line))
		m.keep(l)
	}
}

// Placed tells a customer that an order has been taken.
func (m *Mailboxes) Placed(orderID, customer, text string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.tell(letter{customer, orderID, text})
}

// Paid tells the customer of an order that it has been paid. It is false for an order that nobody has been told of yet:
// events of two topics may come in any order.
func (m *Mailboxes) Paid(orderID, text string) (bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	customer, known := m.customers[orderID]
	if !known {
		return false, nil
	}
	return true, m.tell(letter{customer, orderID, text})
}

func (m *Mailboxes) tell(l letter) error {
	same := func(n *notificationsv1.Notification) bool {
		return n.GetOrderId() == l.OrderID && n.GetText() == l.Text
	}
	if slices.ContainsFunc(m.told[l.Customer], same) {
		return nil
	}
	line, err := json.Marshal(l)
	if err != nil {
		return err
	}
	if _, err := m.file.Write(append(line, '\n')); err != nil {
		return err
	}
	m.keep(l)
	return nil
}

func (m *Mailboxes) keep(l letter) {
	m.customers[l.OrderID] = l.Customer
	m.told[l.Customer] = append(m.told[l.Customer], &notificationsv1.Notification{OrderId: l.OrderID, Text: l.Text})
}

// Of lists what a customer has been told.
func (m *Mailboxes) Of(customer string) []*notificationsv1.Notification {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.told[customer])
}
