// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.30;

/// Takes ether and always refuses it, after having tried to send it on.
contract Refuser {
    fallback() external payable {
        revert("refused");
    }
}

/// Passes ether on to `to`, through `levels` calls of itself.
contract Relay {
    function pass(address payable to, uint256 levels) external payable {
        if (levels == 0) {
            (bool paid,) = to.call{value: msg.value}("");
            require(paid, "not paid");
        } else {
            this.pass{value: msg.value}(to, levels - 1);
        }
    }
}

/// Pays many at once. A leg that reverts is caught: all its inner transfers are undone, the
/// other legs stand, and what was not paid goes back to the sender.
contract BatchPayer {
    event Failed(address to, uint256 value);

    function pay(Relay relay, address payable[] calldata to, uint256[] calldata values) external payable {
        for (uint256 at = 0; at < to.length; at++) {
            try relay.pass{value: values[at]}(to[at], at) {}
            catch {
                emit Failed(to[at], values[at]);
            }
        }
        (bool paid,) = msg.sender.call{value: address(this).balance}("");
        require(paid);
    }
}

/// Gives all its ether to `heir` when destroyed. Since Cancun its code stays.
contract Mortal {
    constructor() payable {}

    function destroy(address payable heir) external {
        selfdestruct(heir);
    }
}

/// Made, paid and destroyed within one transaction: gone even since Cancun.
contract Ephemeral {
    function flash(address payable heir) external payable {
        new Mortal{value: msg.value}().destroy(heir);
    }
}
