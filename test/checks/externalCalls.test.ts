import { expect } from "chai";

import { unexplainedCalls } from "../../scripts/checks/externalCalls.js";
import { withFolder } from "../fixtures/folder.js";

const FILE = "contracts/Till.sol";

/** What the check says of a contract with this body and this NatSpec. */
function checkTill(body: string, natspec = "") {
  const source = `pragma solidity ^0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
${natspec}
contract Till {
    using SafeERC20 for IERC20;
    IERC20 private immutable TOKEN;
${body}
}
`;
  return withFolder({ [FILE]: source }, unexplainedCalls).map((finding) => finding.replace(/:\d+/, ""));
}

const SAYS_NOTHING = "and does not say why that is safe";

describe("An external call", () => {
  const calls: readonly [string, string, string][] = [
    ["through an interface", "function f() external view { TOKEN.totalSupply(); }", "IERC20"],
    ["through a package", "function f() external { TOKEN.safeTransfer(msg.sender, 1); }", "SafeERC20"],
    ["to an address", `function f(address to) external { (bool ok, ) = to.call(""); require(ok); }`, "address"],
    ["with options", `function f(address to) external { (bool ok, ) = to.call{gas: 9}(""); require(ok); }`, "address"],
    ["of coins", "function f(address payable to) external { to.transfer(1); }", "address payable"],
    ["to itself", "function g() external {} function f() external { this.g(); }", "Till"],
    ["in a try", "function f() external { try TOKEN.approve(msg.sender, 1) {} catch {} }", "IERC20"],
    ["in assembly", "function f() external { assembly { pop(delegatecall(gas(), 1, 0, 0, 0, 0)) } }", "delegatecall"],
  ];
  for (const [how, body, callee] of calls) {
    it(`${how} needs a reason`, () => {
      expect(checkTill(body)).to.deep.equal([`${FILE} calls ${callee} ${SAYS_NOTHING}`]);
    });
  }

  it("may give its reason just above", () => {
    const body = `function f() external {
        // Safe: the token is trusted,
        // and calls nobody.
        TOKEN.safeTransfer(
            msg.sender,
            TOKEN.totalSupply()
        );
        // Safe: nobody is there.
        assembly {
            pop(call(gas(), 1, 0, 0, 0, 0, 0))
        }
    }`;
    expect(checkTill(body)).to.deep.equal([]);
  });

  it("may not share the reason of another", () => {
    const body = `function f() external {
        // Safe: the token is trusted.
        TOKEN.safeTransfer(msg.sender, 1);
        TOKEN.approve(msg.sender, 1);
    }`;
    expect(checkTill(body)).to.deep.equal([`${FILE} calls IERC20 ${SAYS_NOTHING}`]);
  });

  it("may give its reason in the NatSpec of the function", () => {
    expect(checkTill("/// @dev Safe: a view.\nfunction f() external view { TOKEN.totalSupply(); }")).to.deep.equal([]);
  });

  it("may give its reason in the NatSpec of the contract, by name", () => {
    const body = "function f() external view { TOKEN.totalSupply(); }";
    expect(checkTill(body, "/// @dev Calls {IERC20}, which is trusted.")).to.deep.equal([]);
    expect(checkTill(body, "/// @dev Calls {IERC721}, which is trusted.")).to.have.lengthOf(1);
    expect(checkTill(body, "/// @dev Counts {IERC20}.")).to.have.lengthOf(1);
  });

  it("is none when nothing leaves the contract", () => {
    const body = `function _g() private pure returns (uint256) { return Math.max(1, 2); }
    function f() external pure returns (uint256, bytes memory, bytes4) {
        return (_g(), abi.encodeCall(IERC20.approve, (address(1), 1)), IERC20.approve.selector);
    }
    function h() external returns (address) { return address(new Empty()); }
}
contract Empty {`;
    expect(checkTill(body)).to.deep.equal([]);
  });
});
